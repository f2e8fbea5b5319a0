"""API Gateway: the stages of REST APIs, and of HTTP and WebSocket APIs (the second version of its API)."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import Call, Resource, above, named

EVERY_METHOD = "*/*"
LOGGED = ("ERROR", "INFO")
PRIVATE = "PRIVATE"
# Every read of either version is the one IAM action.
READ = "apigateway:GET"


class RestApi(Resource):
    """A REST API: what its stages are listed under."""

    type = "AWS::ApiGateway::RestApi"
    listed_by = Call("apigateway", "get_rest_apis", "items", page_size=500, granted_as=READ)

    id: str = at("id")
    arn: str = named("arn:{partition}:apigateway:{region}::/restapis/{id}")


class MethodSettings(Part):
    """The settings of one method of a stage, or of all (`*/*`)."""

    level: str | None = at("loggingLevel")

    def logs(self) -> bool:
        """Whether calls are logged, at least those that fail."""
        return self.level in LOGGED


class RestStage(Resource):
    """A stage of a REST API: what is deployed under one name."""

    type = "AWS::ApiGateway::Stage"
    listed_by = Call(
        "apigateway",
        "get_stages",
        "item",
        granted_as=READ,
        under=RestApi,
        given={"restApiId": "id"},
        gone=("NotFoundException",),
    )

    id: str = named("{api}/{stage}")
    arn: str = named("arn:{partition}:apigateway:{region}::/restapis/{api}/stages/{stage}")
    api: str = above("id")
    stage: str = at("stageName")
    endpoints: tuple[str, ...] = above("endpointConfiguration.types")
    methods: dict[str, MethodSettings] = at("methodSettings", default={})
    web_acl: str | None = at("webAclArn")

    def is_private(self) -> bool:
        """Whether only VPC endpoints reach its API."""
        return PRIVATE in self.endpoints

    def unlogged(self) -> str:
        """Return whose calls are not logged (`*/*`: any method's; a method's own settings go first), or ""."""
        if EVERY_METHOD not in self.methods:
            return EVERY_METHOD
        return next((method for method, settings in sorted(self.methods.items()) if not settings.logs()), "")


class HttpApi(Resource):
    """An HTTP or WebSocket API: what its stages are listed under."""

    type = "AWS::ApiGatewayV2::Api"
    listed_by = Call("apigatewayv2", "get_apis", "Items", granted_as=READ)

    id: str = at("ApiId")
    arn: str = named("arn:{partition}:apigateway:{region}::/apis/{id}")


class HttpStage(Resource):
    """A stage of an HTTP or WebSocket API."""

    type = "AWS::ApiGatewayV2::Stage"
    listed_by = Call(
        "apigatewayv2",
        "get_stages",
        "Items",
        granted_as=READ,
        under=HttpApi,
        given={"ApiId": "ApiId"},
        gone=("NotFoundException",),
    )

    id: str = named("{api}/{stage}")
    arn: str = named("arn:{partition}:apigateway:{region}::/apis/{api}/stages/{stage}")
    api: str = above("ApiId")
    stage: str = at("StageName")
    access_log: str | None = at("AccessLogSettings.DestinationArn")

    def unlogged(self) -> str:
        """Return whose calls are not logged, or ""."""
        return "" if self.access_log else "every route"
