"""The parts of the activity stream: what may be dropped unread, which types still come, what waits for room."""
