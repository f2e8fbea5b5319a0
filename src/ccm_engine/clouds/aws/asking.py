"""Asking about one resource: the call that a field of it takes."""

from ccm_engine.clouds.aws.calls import Caller
from ccm_engine.clouds.aws.listing import argument
from ccm_engine.core.document import Answer, Document, Failure
from ccm_engine.core.resource import Ask
from ccm_engine.core.vocabulary import GLOBAL


def answer_to(caller: Caller, ask: Ask, document: Document, home: str) -> Answer | Failure:
    """Return what AWS answers to `ask` about a resource. `home` is the region that answers for what has none."""
    region = home if document.place.region == GLOBAL else document.place.region
    arguments = {name: argument(value, document) for name, value in ask.arguments.items()}
    if ask.first:
        made = caller.ask(ask.service, ask.first, region, {})
        if isinstance(made, Failure):
            return made
    return caller.ask(ask.service, ask.operation, region, arguments)
