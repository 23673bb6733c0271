# The overseer: custody in numbers, samples, reports of people taken.

overseer-way-logs = Logs
overseer-way-verify = Receipt
overseer-way-custody = Custody
overseer-way-taking = People taken
overseer-way-sample = Samples

custody-title = Custody
custody-lead = How many people were under each authority's control, by the nameless statements that this overseer receives of every act of custody and that nobody can take away later.
custody-none = Nobody has opened the statements yet. The key is not on this machine: the ombudsman opens them elsewhere and publishes the totals here.
custody-overdue = { $n ->
    [0] No clock has run out.
    [one] One clock has run out.
   *[other] { $n } clocks have run out.
}
custody-discrepancies = { $n ->
    [0] No statement is missing or contradicts another.
    [one] One statement is missing or contradicts another.
   *[other] { $n } statements are missing or contradict others.
}
custody-day = Day (UTC)
custody-opened = Came
custody-ended = Left
custody-present = Remained
custody-made = Counted on { $at }.
custody-why = Finished days and whole authorities only: numbers by place and hour would tell whoever lies in wait when a bus leaves.

sample-title = How many to ask
sample-lead = If a register omits part of the people, asking a few of them, drawn by lot, for their receipt is enough: a single one without an entry proves it.
sample-share = Percentage omitted that must not go unnoticed
sample-share-hint = Such as 5 or 1.
sample-confidence = Confidence, in percent
sample-people = People at the place, if known
sample-people-hint = Out of a known number, fewer are enough.
sample-go = Work it out
sample-answer = { $n ->
    [one] Ask one person.
   *[other] Ask { $n } people, drawn by lot.
}
sample-how = Without a limit: n ≥ ln(1 − confidence) ÷ ln(1 − omitted). Out of a number of people: exact hypergeometric. If all have an entry, less than that percentage is omitted, with that confidence.
sample-no-share = Type a percentage between 0.01 and 100.
sample-no-confidence = Type a confidence between 50 and 99.99.
sample-no-people = Type a number between 1 and 1,000,000.

taking-title = Report people taken
taking-lead = Did you see people being taken away? Tell it here. No name and no account is asked for, and where you write from is not kept.
taking-clock = The authority must say within { $hours } which of its custodies that is, or answer. If it stays silent, that is published.
taking-danger = If somebody is in danger now, call 911. Nobody watches this page.
taking-off = This overseer takes no reports on this page. Call or visit them.
taking-to-authority = The authority receives what stands in these fields, so that it can search. Write no names in them.
taking-area = State
taking-place = Place
taking-place-hint = Road and kilometre, checkpoint, terminal, street. At most 120 characters.
taking-date = Date
taking-hour = About what hour, there
taking-hour-hint = Such as 14:30.
taking-people = How many people
taking-people-hint = If you are not sure, the smaller number.
taking-authority = Who
taking-authority-hint = Leave it empty if you do not know: all will answer.
taking-unit = Uniform, unit or initials
taking-unit-hint = If you saw them. May stay empty.
taking-vehicle = Vehicle
taking-vehicle-hint = Colour, plates, fleet number. May stay empty.
taking-words = What happened
taking-words-hint = Only the ombudsman can read it; not even this machine can. May stay empty.
taking-go = Send
taking-keeps = What you write and the minute in which it came are kept. Nothing else: no address, no device, no cookies.
taking-no-area = Choose the state.
taking-no-place = Write where it was.
taking-too-long = Write at most 120 characters, on one line.
taking-no-date = Write the date with day, month and year.
taking-other-date = The date lies ahead, or more than 60 days back. Take what is older to the ombudsman.
taking-no-hour = Write the hour like 14:30; about is enough.
taking-no-number = Write how many people, 1 to 2000.
taking-no-authority = Choose an authority from the list, or none.
taking-words-too-long = Shorten the account: there is room for some 3500 characters.
taking-full = There is no room for more reports. Call the ombudsman.
taking-told-title = Report received
taking-told-lead = Write down the folio and the key. The key is not shown again.
taking-told-next = With both you can see what the authority answered. Whoever has only the folio sees nothing of yours.
taking-folio = Folio
taking-folio-hint = Such as T-2C7K-9XRT.
taking-secret = Key
taking-secret-hint = The sixteen characters you wrote down.
taking-due = The authority has until
taking-own-title = Look up my report
taking-own-nothing = There is no report with that folio and that key.
taking-look = Look up
taking-late = (after its time)
taking-standing-waiting = Still has time
taking-standing-silent = Did not answer
taking-standing-not-held = Says it took nobody
taking-standing-not-ours = Says it was not its people
taking-standing-unchecked = Named a custody; not checked yet
taking-standing-matched = Custody was opened for that many people
taking-standing-fewer = Opened custody for fewer people
taking-standing-other-time = Named a custody of another hour
taking-standing-no-such-opening = Named a custody that does not exist
taking-standing-after-report = Opened the custody after the report

takings-title = People taken, no account
takings-lead = Somebody saw people being taken away, and the authority's books do not show it.
takings-none = None.
takings-waiting = { $n ->
    [0] No answer is awaited.
    [one] One answer is awaited.
   *[other] { $n } answers are awaited.
}
takings-matched = { $n ->
    [0] None with custody found.
    [one] One with custody found.
   *[other] { $n } with custody found.
}
takings-people = { $n ->
    [one] One person
   *[other] { $n } people
}
takings-day = Day
takings-who = How many
takings-authority = Authority
takings-standing = What it did
takings-about = Each line is what somebody told without giving a name, not a proven fact. If the authority denies it, whoever told it was mistaken, or whoever answers lies, or people in disguise took them: in all three cases somebody must search.
