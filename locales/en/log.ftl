# The log: published head, witnesses, what each colour means.

log-title = Log
log-lead = Every act goes into a log that nobody can change without its showing. This is its newest published head, and who has signed it besides. It holds no data of persons.
log-light-green = In order
log-light-amber = Attention
log-light-red = Stopped, or far behind
log-reason-witnessed = Witnesses have signed the newest head. What was recorded before it can no longer be taken away or changed unseen.
log-reason-starting = No head is published yet. Acts are recorded; wait a few seconds.
log-reason-unwitnessed = The authority signs alone: nobody outside keeps its heads. Acts are recorded, but a receipt proves only what the authority says of itself.
log-reason-nobody-answered = No witness has answered since the start. Acts are recorded and wait; nothing is signed until one answers.
log-reason-too-few-witnesses = Signatures of witnesses have been missing for a while. Acts are recorded and wait; tell the witnesses that do not answer.
log-reason-failing = Something failed and is tried again. Acts are recorded and wait.
log-reason-halted = Nothing is signed any more until somebody acts. Acts are still recorded. Call the office that runs the system.
log-head = Newest published head
log-no-head = None yet.
log-origin = Log
log-size = Leaves
log-root-short = Root, to compare at a glance
log-root = Whole root
log-at = Published
log-note = The signed text
log-open = Open:
log-waiting = { $n ->
    [0] No act is waiting: all are under the published head.
    [one] One act waits for the next head.
   *[other] { $n } acts wait for the next head.
}
log-witnesses = Witnesses
log-no-witnesses = None is configured.
log-no-address = No address; it cannot be asked.
log-heard-nothing = Not asked yet.
log-heard-cosigned = Signed. Leaves:
log-heard-silent = Does not answer.
log-heard-refused = Answered and did not sign.
log-heard-claims = Says that it knows more, or otherwise, and does not show it.
log-heard-contradicts = Shows a head signed by this authority that this log does not continue.
log-renews = This page renews itself. The authority's time:
