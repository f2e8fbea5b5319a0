"""What AWS Lambda calls: `sweep.handler` by schedule, `api.handler` by function URL. Settings come by environment.

Lambda keeps a process for further events and freezes it between them. So what is dear to make is kept, nothing is left
running behind an answer, and nothing here schedules: EventBridge Scheduler does.
"""
