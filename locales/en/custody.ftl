# Custody: who counts, who describes, who hands over and receives, the ombudsman and the family.

home-lead-custody = Count first. You answer for each person until somebody else has signed that they have them.
home-lead-child-protection = Receive the referrals of children.
home-lead-prosecutor = Receive the referrals of victims of crimes.
role-custody = Custody
role-child-protection = Child protection
role-prosecutor = Prosecutor
way-custody = Custody
way-overlook = Custody
home-custody = Who is here
home-custody-hint = How many, since when, what is due and what waits for your signature.
home-custody-open = Count and open
home-custody-open-hint = A number, a place and your signature. Names come afterwards.
home-overlook = All custody of the authority
home-overlook-hint = How many there are, who is not found, what does not fit; look for somebody.

custody-board-title = Custody
custody-how-many = People present
custody-as-of = { $at }
custody-open = Count and open
custody-hand-over = Hand over
custody-print-list = List to print
custody-incoming = People are offered to you
custody-outgoing = Handovers that wait for an answer
custody-unsigned = Ended, waiting for a countersignature
custody-unsigned-own = somebody else countersigns
custody-offered-count = { $n ->
    [one] { $n } person
   *[other] { $n } people
}
custody-from = from { $who }
custody-to = to { $who }
custody-count-and-accept = Count and receive
custody-see-offer = See the handover
custody-here = Who is here
custody-none-here = Nobody, with what you chose to see.
custody-elsewhere = You answer for them, and they are not here
custody-views = Show
custody-view-all = All
custody-view-alarmed = With alarms
custody-view-undescribed = Not described
custody-view-mine = Those I answer for
custody-orders = Order:
custody-order-arrival = arrival
custody-order-clock = what is due first
custody-order-name = name
custody-person = Person
custody-since = Since
custody-answers = Answers
custody-stands = How it stands
custody-place = Where
custody-why-now = Why
custody-nth = Person { $n } of { $of }
custody-nobody-counted = Person nobody counted
custody-back-board = To the board
custody-back-episode = To the episode
custody-en-route = On the way to { $to }, { $vehicle }; expected { $at }
custody-outside = With somebody outside, by a paper not confirmed

custody-list-title = Custody list
custody-list-count = { $n ->
    [one] { $n } person present
   *[other] { $n } people present
}
custody-list-print = Print it with your browser: one for each shift.
custody-list-n = No.
custody-list-tick = Seen
custody-list-leaves = Leaves the shift: name, signature and number counted
custody-list-comes = Comes on shift: name, signature and number counted

custody-clock-left = { $what }: due in { $length }
custody-clock-soon = { $what }: due soon, in { $length }
custody-clock-over = { $what }: { $length } overdue
custody-clock-met = met { $at }
custody-clock-late = late: { $at }

custody-open-title = Count and open
custody-open-lead = Count the people and sign. From now on somebody answers for each of them. The count cannot be made smaller later.
custody-number = How many people?
custody-number-hint = All of them, children too.
custody-when = Since when? (the clock here, { $zone })
custody-where = Where?
custody-vehicle = Vehicle
custody-vehicle-hint = Plates or number; empty if there is none.
custody-unit = Body and unit that took them
custody-ordered-by = Under whose order?
custody-optional = May stay empty.
custody-basis = Legal basis that is claimed
custody-basis-hint = What is claimed. Nobody here declares it lawful.
custody-reason = Reason that is given
custody-open-go = Open and sign
custody-unit-guard = National Guard
custody-unit-police = Police
custody-basis-review = Migration Act: migration check
custody-basis-delivered = Handed over by another authority
custody-basis-order = Order of a competent authority
custody-reason-no-document = Showed no migration document
custody-reason-expired = Document expired
custody-reason-delivered = Another authority handed them over
custody-when-missing = Write the date and the hour.
custody-where-missing = Write the place.
custody-unit-missing = Write the body and the unit.
custody-basis-missing = Write the legal basis that is claimed.
custody-reason-missing-here = Write the reason that is given.

custody-operation-title = { $n ->
    [one] Count of { $n } person
   *[other] Count of { $n } people
}
custody-described = described
custody-not-described = Not described
custody-describe-next = Describe the next one
custody-all-described = Nobody here is left to describe.
custody-what-was-said = What was said at the count
custody-count-stays = The count does not shrink: each person leaves by a handover or an ending, and by nothing else.
custody-taken = Under control since
custody-counted-by = Counted by

custody-person-lead = What the person says. Nothing is required: ask, and leave empty what is not answered.
custody-ask-first = Ask the protection questions first,
custody-ask-first-why = in private and in their language.
custody-who = Who they say they are
custody-given = Given names
custody-surnames = Surnames
custody-birth = Date of birth
custody-birth-hint = The year is enough. If the age is in doubt, it is a child.
custody-sex = Sex
custody-nationality = Nationality as stated
custody-nationality-hint = What they say, not a finding. If they say they are from Mexico, write it.
custody-document = Document shown
custody-document-hint = None: their word alone.
custody-document-number = Number of the document
custody-found-with = With whom were they found?
custody-found-with-hint = Separating them later alarms the ombudsman.
custody-condition = Health and belongings
custody-health = State of health
custody-injuries = Injuries that are seen or told of
custody-belongings = Belongings taken into keeping
custody-tell = Whom do they want told?
custody-tell-hint = Name and telephone, as they give them.
custody-speech = Language and rights
custody-language = Language they understand
custody-interpreter = Who interpreted
custody-rights = In which language were their rights explained?
custody-rights-hint = Empty while they have not been.
custody-save-next = Save and go on to the next
custody-save = Save
custody-language-es = Spanish
custody-language-mam = Mam
custody-language-quc = K’iche’
custody-language-kek = Q’eqchi’
custody-language-ht = Haitian Creole
custody-language-en = English
custody-language-pt = Portuguese

custody-bar = Who has answered, minute by minute
custody-until-now = now
custody-from-to = From when to when
custody-clocks = Clocks
custody-recorded = What is recorded
custody-operation = The others of the same count
custody-facts = What has happened
custody-do = What you can do
custody-not-screened = The protection questions have not been asked.
custody-offer-waits = A handover waits for an answer: until then the giver answers.
custody-ended-line = Ended: { $how }, { $at }, by { $by }. { $second }
custody-countersigned-by = Countersigned by { $by }, { $at }.
custody-not-countersigned = The countersignature is missing.
custody-describe = Describe
custody-on-paper = Give on paper
custody-end = End
custody-secret = Key for the family
custody-countersign = Countersign this ending
custody-arrive = Is here now
custody-confirm = Confirm that they have the person
custody-confirm-how = How do you know?
custody-confirm-hint = Whom you spoke to, when, at which telephone.
custody-report-missing = Not found
custody-missing-note = What is known?
custody-missing-hint = It reaches the ombudsman at once. It is no ending: you go on answering.
custody-report-found = Found again
custody-found-note = Where and how?
custody-depart = Leaves with a transport
custody-route = Route
custody-destination = Where to?
custody-expected = Expected arrival
custody-at-post-clock = By the clock here.
custody-settle = Say who answers
custody-settle-hint = Two supervisors who are not party to it sign.
custody-settle-officer = Officer's number
custody-settle-post = Post
custody-settle-reason = Reason
custody-settle-who = Write the officer's number and the post.

custody-hand-over-title = Hand over
custody-hand-over-lead = Tick whom you hand over, count and sign. You answer until the other has signed that they have them.
custody-not-yours = { $n ->
    [one] Another person here is not on this list: somebody else answers, or they are offered already.
   *[other] { $n } other people here are not on this list: somebody else answers, or they are offered already.
}
custody-none-to-give = There is nobody for whom you answer and whom you could hand over now.
custody-who-goes = Who goes?
custody-who-goes-hint = Call them one by one.
custody-tick-all = Tick everybody (handing over the whole post)
custody-counted = How many did you count?
custody-counted-hint = Count them now, with your eyes. If they are not those ticked, stop.
custody-counted-receive = Those you see here. If nobody came, write 0.
custody-to-officer = To this officer only
custody-to-officer-hint = Number; empty: whoever is on duty.
custody-to-shift = { $post }: to the shift that comes in
custody-hand-over-reason = Reason
custody-give-shift = Change of shift
custody-give-station = Transfer to a migration station
custody-transport = Transport
custody-offer-go = Offer and sign
custody-nobody-chosen = You ticked nobody.
custody-count-first = Count, and write the number.
custody-count-differs = What you counted and what you ticked differ. Count again; do not tick who is not there.
custody-to-missing = Choose where to.
custody-to-unknown = That post is not on the list.
custody-officer-shape = That is no officer's number.

custody-handover-title = { $n ->
    [one] Handover of { $n } person
   *[other] Handover of { $n } people
}
custody-giver = Gives
custody-receiver = Receives
custody-missing-named = Did not arrive: { $names }
custody-missing-yours = You still answer for them. Look for them now; if they are not found, open their episode and press “Not found”.
custody-missing-givers = Whoever gave answers for them. The ombudsman sees it already.
custody-handover-whole = All arrived, and it is signed.
custody-member-came = received
custody-member-missed = did not arrive
custody-member-withdrawn = taken back
custody-member-waits = waits
custody-receive-title = Count and receive
custody-receive-how = Call each by name and tick only whom you see. When you sign you answer for those ticked; the others are named, and stay with whoever gives.
custody-who-is-here = Who is here?
custody-who-is-here-hint = It begins without ticks: nobody arrives out of habit.
custody-receive-go = Receive and sign
custody-withdraw-title = Take the offer back
custody-still-yours = While nobody has signed, you answer.
custody-withdraw-reason = Reason
custody-withdraw-go = Take back

custody-end-title = End: { $name }
custody-end-lead = A release waits for nobody: neither questions nor a second signature. Somebody else countersigns afterwards.
custody-end-how = How does it end?
custody-end-how-hint = “Not found” is no ending: use that button on the episode's page.
custody-evidence = What evidences it?
custody-evidence-hint = Who saw it, which paper.
custody-end-to = Where to?
custody-end-to-hint = In a return, the country. In a release it may stay empty; the family never sees it.
custody-end-others = These people, too
custody-end-go = End and sign
custody-ending-missing = Choose one.
custody-paper-title = Give on paper
custody-paper-lead = To a hospital, a shelter or police without a passkey. It stays amber, and you answer, until they confirm that they have the person.
custody-paper-where = To whom?
custody-paper-body = Body
custody-paper-body-hint = Name of the hospital, shelter or force.
custody-paper-receiver = Who signed for it
custody-paper-receiver-hint = Name and function.
custody-paper-sheet = Photograph of the signed sheet
custody-paper-sheet-hint = Only its SHA-256 is kept. Keep the sheet.
custody-paper-go = Record and sign
custody-paper-transferred = To another authority
custody-paper-referred = To a shelter or the DIF
custody-paper-hospital = To a hospital

custody-secret-title = Key for the family
custody-secret-lead = It is the person's. Write it on their receipt or tell it to them; with it their family or lawyer see whether they are still here.
custody-secret-where = It is asked at
custody-secret-closed = Closed: today it shows nothing to anybody.
custody-secret-shows = It only says whether they are in custody of this authority. Never where, nor when they leave.
custody-secret-change = Change it, if the person asks
custody-secret-close = Close it, if the person asks

custody-overlook-title = All custody of the authority
custody-held = People under control
custody-overlook-alarmed = Need somebody now
custody-overlook-none = Nobody.
custody-discords = What does not fit
custody-discords-none = Nothing, in what is recorded here.
custody-discord-count = Count { $operation }: { $counted } were counted; places missing: { $missing }; double: { $doubled }.
custody-discord-handover = Handover { $handover }: { $offered } were offered (listed { $listed }); the receiver counted { $counted } and accepted { $accepted }.
custody-discord-separated = Found together, and apart now:
custody-discord-twice = It seems to be one person, twice under control:
custody-seek = Look for a name
custody-seek-hint = For relatives. Confirm that they are before you say anything.
custody-seek-go = Look
custody-seek-missing = Write a name.
custody-sought = Found
custody-sought-none = Nobody under control stated that name. They may have given another.

family-title = In custody?
family-lead = With the key on the person's receipt you see whether they are still in custody. Nothing more.
family-secret = Key
family-secret-hint = Sixteen letters and digits, such as 2C7K-9XRT-HJKP-2346.
family-go = Ask
family-shape = That is no key: it has sixteen letters and digits. See that none is missing.
family-in-custody = In custody of { $authority }.
family-no-longer = No longer in custody of { $authority }.
family-nothing = There is nothing under that key. It may be mistyped, or the person changed or closed it.
family-shows = For their safety it never shows where they are, how they are moved, or at what hour they leave.
family-ask-ombudsman = If you do not have the key, or fear for the person, call the ombudsman: { $complaints }
family-never = Your name is not asked, and who asks is not kept. It is free.

about-episodes = { $n ->
    [one] Custody of { $n } person
   *[other] Custody of { $n } people
}
signing-line-counted = Counted
signing-line-taken = Under control since
signing-line-where = Place
signing-line-vehicle = Vehicle
signing-line-unit = Body and unit
signing-line-ordered-by = Ordered by
signing-line-basis = Basis claimed
signing-line-to = To
signing-line-transport = Transport
signing-line-ending = Ending
signing-line-receiver = Received by
signing-line-sheet = Hash of the sheet
signing-line-evidence = Evidence
signing-line-answers = Answers
signing-line-people = People
signing-line-missing = Did not arrive
command-custody-open = open custody
command-custody-offer = offer people
command-custody-accept = receive people
command-custody-miss = say that nobody came
command-custody-give-on-paper = give on paper
command-custody-end = end custody
command-custody-countersign = countersign an ending
command-custody-settle = say who answers

# Papers and files.
custody-list-pdf = List of the shift (PDF)
custody-receipt-pdf = Receipt for the person (PDF)
custody-slip-handover = Receipt of the handover (PDF)
custody-slip-release = Receipt of the release (PDF)
custody-slip-custody-ended = Receipt of custody ended (PDF)
custody-slips-handover = Receipts of the handover, one for each person (PDF)
custody-file-pdf = Record for a judge (PDF)
custody-file-export = Verifiable file of the record
custody-to-authority = Another authority: { $code }
custody-recognise = Recognise the person by their card
custody-recognise-hint = If they show a Visitor Card, its number joins this custody to the record they have already. You will see nothing of that record here. Protection questions asked before stay good.
custody-recognise-card = Number of the card
custody-recognise-evidence = What does it rest on?
custody-recognise-evidence-hint = For example: the portrait on the card is theirs, and they said their name without reading it.
custody-undo-recognition = It is not that person
custody-undo-recognition-hint = Custody goes back to the record it was opened with. What was said before stays written.
custody-undo-recognition-why = Why is it not?
custody-border-title = Handovers with another authority
custody-border-lead = Another authority offers people by a signed file. Here it is checked, you count who came and sign; the signed answer goes back to whoever offered.
custody-border-nobody = There is no other authority with which keys were exchanged in person. Ask the office that runs the system.
custody-border-bring-title = Bring in an offer
custody-border-file = File of the offer
custody-border-file-hint = The one that the other authority downloaded and signed. It counts from:
custody-border-bring = Check and count
custody-border-give-hint = Are you the one who offers? Choose the other authority as destination at
custody-border-people = People offered
custody-border-until = The offer stands until
custody-border-other-file = Bring in another file
custody-border-answer-title = Counted and signed already
custody-border-answer-hint = Download the answer and send it back to whoever offered: until they have it, that authority goes on answering for the people in its register.
custody-border-answer-go = Download the signed answer
custody-border-sent-title = For the other authority
custody-border-sent-hint = Carry or send this file. Until you bring in the other authority's signed answer here, you answer.
custody-border-offer-file = Download the signed offer
custody-border-answer-file = The other authority's answer
custody-border-answer-bring = Check the answer and sign
custody-border-not-here = This is left empty for another authority: it says who answers and where they arrive.
custody-border-no-file = That file is no offer of a handover, or is damaged. Choose the right one or ask for it again.
custody-border-no-answer = That answer does not count: it is not of that authority, does not answer this offer, or was changed after it was signed. Ask for it again and keep this one.
custody-border-not-theirs = That authority did not sign the file, or it was changed later. Count nobody in with it; call whoever sent it, and keep it.
custody-border-stolen = The key that signed is reported stolen. Call the other authority and ask for another signature.
custody-border-not-for-us = The offer is for another authority. Do not act on it; tell whoever sent it.
custody-border-expired = The offer stands no more. Ask for a new one.
custody-border-ahead = The file is dated later than now. Compare the clocks of both offices.
custody-border-unknown = With the authority that signs no keys were exchanged in person. Count nobody in with this file.
custody-border-no-bundle = The bundle of keys of that authority cannot be read, or is too old. Ask the office that runs the system to fetch its newest one.
custody-list-since = Since { $at }
custody-beside-answers = Answering: { $who }
custody-beside-offered = { $n ->
    [one] { $n } person offered, unanswered
   *[other] { $n } people offered, unanswered
}
custody-beside-coming = { $n } on the way here
custody-beside-unsigned = { $n ->
    [one] { $n } ending waits for a second signature
   *[other] { $n } endings wait for a second signature
}
custody-beside-missing = { $n ->
    [one] { $n } person not found
   *[other] { $n } people not found
}
custody-head = { $origin }, { $size } leaves, root { $root }; { $witnesses }
custody-head-witnesses = { $n ->
    [0] nobody has countersigned it
    [one] { $n } witness countersigned it
   *[other] { $n } witnesses countersigned it
}
custody-no-head = The log had published nothing when this paper was made.
