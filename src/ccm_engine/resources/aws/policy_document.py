"""IAM policies: of identities, of resources, and who may assume a role.

The reader takes every form the policy language allows (one or many, negated elements, conditions) and answers
what controls ask of a policy. Where a Deny might take back what an Allow grants and it is not certain, the
grant counts.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from ccm_engine.core.document import Failure, UnreadableError
from ccm_engine.core.reading import Part, at, several
from ccm_engine.resources.aws.policy_conditions import comparisons
from ccm_engine.resources.aws.policy_patterns import (
    WILDCARDS,
    covers,
    is_any_action,
    is_any_resource,
    matches,
    whole_service,
)


class Statement(Part):
    """One statement of a policy."""

    sid: str = at("Sid", default="")
    effect: str = at("Effect")
    actions: tuple[str, ...] = several("Action", default=())
    actions_left_out: tuple[str, ...] = several("NotAction", default=())
    resources: tuple[str, ...] = several("Resource", default=())
    resources_left_out: tuple[str, ...] = several("NotResource", default=())
    principal: Any = at("Principal", default=None)
    principal_left_out: Any = at("NotPrincipal", default=None)
    condition: dict[str, dict[str, Any]] = at("Condition", default={})

    def is_allow(self) -> bool:
        """Whether it grants; else it denies."""
        return self.effect != "Deny"

    def principals(self) -> tuple[tuple[str, str], ...]:
        """Return whom it names, by kind: `("AWS", "*")`, `("Service", "sns.amazonaws.com")`. Raises UnreadableError."""
        written = self.principal
        if written is None:
            return ()
        if isinstance(written, str):
            return (("AWS", written),)
        if not isinstance(written, Mapping):
            raise self._malformed("Principal", written)
        return tuple(self._members(written))

    def foreign_owners(self, account_id: str) -> frozenset[str]:
        """Return who of other accounts it names: account ids, and canonical users as they stand; not everyone."""
        named = [member for kind, member in self.principals() if kind in ("AWS", "CanonicalUser")]
        return frozenset(_owner_of(member) for member in named) - {account_id, "*"}

    def _members(self, written: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        for kind, members in written.items():
            for member in members if isinstance(members, list | tuple) else [members]:
                if not isinstance(member, str):
                    raise self._malformed(f"Principal.{kind}", member)
                yield kind, member

    def _malformed(self, member: str, found: Any) -> UnreadableError:
        call, region = (self._source.call, self._source.region) if self._source else ("Statement", "global")
        told = f"{member}: text was expected, not {type(found).__name__}"
        return UnreadableError(Failure(call, "MalformedResponse", told, region))

    def names_everyone(self) -> bool:
        """Whether it is about everyone, whoever that is: a wildcard, or all but some."""
        if self.principal_left_out is not None:
            return True
        return any(WILDCARDS & set(member) for _, member in self.principals())

    def lets_anyone_in(self) -> bool:
        """Whether it grants something to everyone, and no condition of it keeps strangers out."""
        if not self.is_allow() or not self.names_everyone():
            return False
        return not any(comparison.narrows() for comparison in comparisons(self.condition))

    def shuts_strangers_out(self) -> bool:
        """Whether it denies something to everyone but callers that were chosen (`StringNotEquals`, say)."""
        if self.is_allow() or self.principal_left_out is not None or not self.names_everyone():
            return False
        told = list(comparisons(self.condition))
        excluding = [one for one in told if one.excludes_strangers()]
        return bool(excluding) and all(one.excludes_strangers() or one.spares_services_only() for one in told)

    def reaches_all_of(self, other: "Statement") -> bool:
        """Whether it is about every action on every resource that `other` is about; false where it is hard to tell."""
        mine, others = _lower(self.actions), _lower(other.actions)
        every_action = any(is_any_action(pattern) for pattern in mine)
        every_resource = "*" in self.resources
        unsaid = not (self.resources or self.resources_left_out or other.resources or other.resources_left_out)
        return (every_action or _are_covered(others, mine)) and (
            every_resource or unsaid or _are_covered(other.resources, self.resources)
        )

    def is_about(self, action: str) -> bool:
        """Whether it is about an action (`s3:GetObject`), on whatever resource."""
        if self.actions_left_out:
            return not any(matches(pattern, action) for pattern in self.actions_left_out)
        return any(matches(pattern, action) for pattern in self.actions)

    def is_about_everything(self) -> bool:
        """Whether it is about all resources, or all but some."""
        left_out = self.resources_left_out
        if left_out:
            return not any(is_any_resource(pattern) for pattern in left_out)
        return any(is_any_resource(pattern) for pattern in self.resources)

    def grants_all_but_few_actions(self) -> bool:
        """Whether it grants every action, or every action but some, on everything; conditions do not count."""
        left_out = self.actions_left_out
        some_left_out = bool(left_out) and not any(is_any_action(pattern) for pattern in left_out)
        all_actions = some_left_out or any(is_any_action(pattern) for pattern in self.actions)
        return self.is_allow() and all_actions and self.is_about_everything()

    def denies_plain_http(self) -> bool:
        """Whether it denies objects to everyone who asks without TLS (or with an old version of it)."""
        if self.is_allow() or self.principal_left_out is not None or not self.names_everyone():
            return False
        told = list(comparisons(self.condition))
        # A second comparison would spare some of those without TLS.
        return (
            len(told) == 1
            and told[0].means_no_tls()
            and self.is_about("s3:GetObject")
            and self.is_about("s3:PutObject")
        )


class PolicyDocument(Part):
    """A policy."""

    written_as_text = True

    statements: tuple[Statement, ...] = several("Statement")

    def grants_everyone(self) -> str:
        """Return the name of a statement that lets anyone in (its Sid, else `statement 2`), "" when none does.

        A Deny for all but chosen callers takes back what it wholly covers.
        """
        denials = [statement for statement in self.statements if statement.shuts_strangers_out()]
        for number, statement in enumerate(self.statements, 1):
            if statement.lets_anyone_in() and not any(denial.reaches_all_of(statement) for denial in denials):
                return statement.sid or f"statement {number}"
        return ""

    def allows(self, action: str) -> bool:
        """Whether a statement grants an action (`iam:PassRole`) to somebody on something; denials do not count."""
        return any(statement.is_allow() and statement.is_about(action) for statement in self.statements)

    def is_full_admin(self) -> bool:
        """Whether it grants every action, or every action but some, on every resource."""
        return any(statement.grants_all_but_few_actions() for statement in self.statements)

    def service_wildcards(self) -> tuple[str, ...]:
        """Return the services whose every action it grants on every resource, sorted; `*` is all of them."""
        found = {"*"} if self.is_full_admin() else set()
        for statement in self.statements:
            if statement.is_allow() and statement.is_about_everything():
                found |= {service for pattern in statement.actions if (service := whole_service(pattern))}
        return tuple(sorted(found))

    def foreign_principals(self, account_id: str) -> tuple[str, ...]:
        """Return who of other accounts it grants to, sorted: account ids, and canonical users as they stand."""
        granting = [statement for statement in self.statements if statement.is_allow()]
        return tuple(sorted({owner for one in granting for owner in one.foreign_owners(account_id)}))

    def demands_tls(self, bucket_arn: str) -> bool:
        """Whether everyone is denied a bucket and its objects without TLS."""
        denied = [pattern for one in self.statements if one.denies_plain_http() for pattern in one.resources]
        return all(any(covers(pattern, asked) for pattern in denied) for asked in (bucket_arn, f"{bucket_arn}/*"))


def _lower(patterns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(pattern.lower() for pattern in patterns)


def _are_covered(narrower: tuple[str, ...], patterns: tuple[str, ...]) -> bool:
    return bool(narrower) and all(any(covers(pattern, one) for pattern in patterns) for one in narrower)


def _owner_of(principal: str) -> str:
    """Return the account of a principal's ARN; what is no ARN (an account id, a canonical user) as it stands."""
    parts = principal.split(":")
    return parts[4] if principal.startswith("arn:") and len(parts) > 5 else principal
