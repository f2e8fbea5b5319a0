"""AWS Config: what records how resources change, region by region."""

from ccm_engine.core.reading import Part, at
from ccm_engine.core.resource import REGION, One, ask
from ccm_engine.resources.aws.account import Account

SERVICE_ROLE = "/aws-service-role/config.amazonaws.com/"


class Recorder(Part):
    """What a recorder is to record. One with a `serving` service is that service's own, and records for it alone."""

    recorder_name: str = at("name")
    role: str = at("roleARN", default="")
    serving: str | None = at("servicePrincipal")
    all_supported: bool = at("recordingGroup.allSupported", default=False)
    global_types: bool = at("recordingGroup.includeGlobalResourceTypes", default=False)


class RecorderStatus(Part):
    """What a recorder is doing."""

    recorder_name: str = at("name")
    recording: bool = at("recording", default=False)
    last_status: str | None = at("lastStatus")


class ConfigOfRegion(Account):
    """The account in one region, and what records its configuration there."""

    listed_by = One("config", scope=REGION)

    recorders: tuple[Recorder, ...] = ask("describe_configuration_recorders", "ConfigurationRecorders", default=())
    recorder_states: tuple[RecorderStatus, ...] = ask(
        "describe_configuration_recorder_status", "ConfigurationRecordersStatus", default=()
    )

    def recorder(self) -> Recorder | None:
        """Return the account's own recorder of the region, of which there is at most one."""
        return next((one for one in self.recorders if one.serving is None), None)

    def records_global_types(self) -> bool:
        """Whether what belongs to no region (IAM) is recorded here."""
        recorder = self.recorder()
        return recorder is not None and recorder.global_types

    def shortfall(self, *, by_service_role: bool) -> str:
        """Return why not every change of the region's resources is recorded, empty when it is."""
        recorder = self.recorder()
        if recorder is None:
            return "has no recorder"
        state = next((one for one in self.recorder_states if one.recorder_name == recorder.recorder_name), None)
        recording = state is not None and state.recording
        # A recorder that has just begun says Pending, or nothing, until it has recorded something.
        last = (state.last_status if state else None) or "Pending"
        reasons = [
            *(["is not recording"] if not recording else []),
            *([f"is recording with status {last}"] if recording and last.upper() != "SUCCESS" else []),
            *(["leaves out types of resources"] if not recorder.all_supported else []),
            *(["uses a role of its own"] if by_service_role and SERVICE_ROLE not in recorder.role else []),
        ]
        return ", ".join(reasons)
