"""Lambda: functions, whom they let in, and until when AWS maintains their runtimes."""

from collections.abc import Mapping
from datetime import date, datetime

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, above, ask, named
from ccm_engine.resources.aws.policy_document import PolicyDocument
from ccm_engine.resources.aws.secrets_in_text import secrets_among

NO_POLICY = ("ResourceNotFoundException",)
OPEN = "NONE"

# When AWS stops (or stopped) to patch a runtime: "Deprecation date" in both tables of "Lambda runtimes" in its manual
# (docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, by copies of it from August and September 2026).
# None: it is maintained, and no end is announced. What stands in no line is not known, and not judged.
RUNTIMES: Mapping[str, date | None] = {
    "nodejs": date(2016, 8, 30),
    "nodejs4.3": date(2020, 3, 5),
    "nodejs4.3-edge": date(2020, 3, 5),
    "nodejs6.10": date(2019, 8, 12),
    "nodejs8.10": date(2020, 3, 6),
    "nodejs10.x": date(2021, 7, 30),
    "nodejs12.x": date(2023, 3, 31),
    "nodejs14.x": date(2023, 12, 4),
    "nodejs16.x": date(2024, 6, 12),
    "nodejs18.x": date(2025, 9, 1),
    "nodejs20.x": date(2026, 4, 30),
    "nodejs22.x": date(2027, 4, 30),
    "nodejs24.x": date(2028, 4, 30),
    "nodejs26.x": None,
    "python2.7": date(2021, 7, 15),
    "python3.6": date(2022, 7, 18),
    "python3.7": date(2023, 12, 4),
    "python3.8": date(2024, 10, 14),
    "python3.9": date(2025, 12, 15),
    "python3.10": date(2026, 10, 31),
    "python3.11": date(2027, 6, 30),
    "python3.12": date(2028, 10, 31),
    "python3.13": date(2029, 6, 30),
    "python3.14": date(2029, 6, 30),
    "python3.15": None,
    "java8": date(2024, 1, 8),
    "java8.al2": date(2027, 6, 30),
    "java8.al2023": date(2029, 6, 30),
    "java11": date(2027, 6, 30),
    "java11.al2023": date(2029, 6, 30),
    "java17": date(2027, 6, 30),
    "java17.al2023": date(2029, 6, 30),
    "java21": date(2029, 6, 30),
    "java25": date(2029, 6, 30),
    "dotnetcore1.0": date(2019, 6, 27),
    "dotnetcore2.0": date(2019, 5, 30),
    "dotnetcore2.1": date(2022, 1, 5),
    "dotnetcore3.1": date(2023, 4, 3),
    "dotnet5.0": date(2022, 5, 10),
    "dotnet6": date(2024, 12, 20),
    "dotnet7": date(2024, 5, 14),
    "dotnet8": date(2026, 11, 10),
    "dotnet10": date(2028, 11, 14),
    "ruby2.5": date(2021, 7, 30),
    "ruby2.7": date(2023, 12, 7),
    "ruby3.2": date(2026, 3, 31),
    "ruby3.3": date(2027, 3, 31),
    "ruby3.4": date(2028, 3, 31),
    "ruby4.0": date(2029, 3, 31),
    "go1.x": date(2024, 1, 8),
    "provided": date(2024, 1, 8),
    "provided.al2": date(2026, 7, 31),
    "provided.al2023": date(2029, 6, 30),
}


class FunctionUrl(Part):
    """An address at which a function answers; with AuthType NONE it answers anyone."""

    auth: str = at("AuthType")


class Function(Resource):
    """Code that runs when it is called."""

    type = "AWS::Lambda::Function"
    listed_by = Call("lambda", "list_functions", "Functions", page_size=50)

    id: str = at("FunctionName")
    arn: str = at("FunctionArn")
    package: str = at("PackageType", default="Zip")
    runtime: str = at("Runtime", default="")
    variables: dict[str, str] = at("Environment.Variables", default={}, secret=True)
    undecipherable: str | None = at("Environment.Error.ErrorCode")
    function_policy: PolicyDocument | None = ask("get_policy", "Policy", absent=NO_POLICY, FunctionName="FunctionName")
    urls: tuple[FunctionUrl, ...] = ask(
        "list_function_url_configs", "FunctionUrlConfigs", absent=NO_POLICY, default=(), FunctionName="FunctionName"
    )

    def secret_variables(self) -> tuple[str, ...]:
        """Return the names of the variables that hold a secret. Raises UnreadableError when Lambda hides them."""
        if self.undecipherable:
            raise UnreadableError(
                Failure("lambda:ListFunctions", self.undecipherable, "the variables cannot be deciphered", self.region)
            )
        return secrets_among(self.variables)

    def opened_by(self) -> str:
        """Return what lets anyone call it: an address without authentication, or a statement; empty when nothing."""
        if any(url.auth == OPEN for url in self.urls):
            return "a function URL without authentication"
        return self.function_policy.grants_everyone() if self.function_policy else ""

    def runtime_ends(self) -> date | None:
        """Return when AWS stops to maintain its runtime. Raises UnreadableError for one nobody here knows."""
        if self.runtime not in RUNTIMES:
            told = f"{self.runtime} is not in the table of runtimes"
            raise UnreadableError(Failure("lambda:ListFunctions", "UnknownRuntime", told, self.region))
        return RUNTIMES[self.runtime]

    def runtime_has_ended(self, now: datetime) -> bool:
        """Whether AWS has stopped to maintain its runtime. Raises UnreadableError for one nobody here knows."""
        ends = self.runtime_ends()
        return ends is not None and now.date() >= ends


class Alias(Resource):
    """A name for a version of a function, with a policy of its own."""

    type = "AWS::Lambda::Alias"
    listed_by = Call(
        "lambda",
        "list_aliases",
        "Aliases",
        under=Function,
        given={"FunctionName": "FunctionName"},
        gone=NO_POLICY,
    )

    id: str = named("{function}:{name}")
    arn: str = at("AliasArn")
    name: str = at("Name")
    function: str = above("FunctionName")
    alias_policy: PolicyDocument | None = ask(
        "get_policy", "Policy", absent=NO_POLICY, FunctionName=above("FunctionName"), Qualifier="Name"
    )

    def opened_by(self) -> str:
        """Return the statement of its policy that lets anyone in, empty when none does."""
        return self.alias_policy.grants_everyone() if self.alias_policy else ""
