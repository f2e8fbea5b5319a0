EVENT_JOB_MISSED: int
EVENT_JOB_MAX_INSTANCES: int

class JobEvent:
    job_id: str
