# The phone: the reader without a network of whoever checks, and the page of whoever carries the card.

phone-title = Read cards without a network
phone-loading = Preparing the reader…
phone-no-script = This reader needs JavaScript, because the signature is checked on this device. Without it, check on the post's page.
phone-state = Which state is this checkpoint in?
phone-state-hint = It decides where the card counts. It is not guessed by satellite.
phone-state-choose = Choose the state
phone-camera = Read with the camera
phone-camera-view = What the camera sees
phone-camera-stop = Turn the camera off
phone-torch = Torch
phone-code-hint = Or read the code with the hand scanner, or paste it. Each code on its own line.
phone-add-slip = Read the entry slip as well
phone-nothing-kept = What is read does not leave this device and is not kept.
phone-to-post = Go to the post's page, to record the encounter
phone-reader = Read without a network, with the camera
phone-age = Age of the list of signatures
phone-days = days
phone-hours = hours
phone-no-list = This device does not have the list of signatures yet. Connect it to the network once.
phone-list-old = The list is some days old: connect to renew it.
phone-list-dead = The list is too old to call anything good: connect.
phone-list-refused = The list that came is not that of the known authority, so the earlier one is kept. Tell whoever runs the system.
phone-offline = No network.
phone-online = Connected.
phone-ready = You can read, also without a network.
phone-no-camera = There is no camera, or it may not be used. Use the hand scanner or paste the code.
phone-failed = The reader stopped. Read again.
phone-forget = Delete from this phone:

mine-title = My card
mine-lead = No account, and without giving your name. What you read here is kept in no office.
mine-valid-title = Is my card valid?
mine-code = The code of your card
mine-code-hint = You can read the entry slip as well: each code on its own line. Or a receipt or a post's sign, by itself.
mine-go = Check
mine-where-title = Until when, and where
mine-stay = Stay at each visit
mine-states = You may be in
mine-instrument = Said by
mine-no-rule = Today there is no rule with its states in this register. Ask at the post of entry.
mine-both-clocks = Your entry slip has two dates: “leave by” and “not overstayed until”. Between them your stay is valid.
mine-days = { $n ->
    [one] { $n } calendar day
   *[other] { $n } calendar days
}
mine-may-title = What they may ask for
mine-may-card = Your card and your entry slip, to read them and give them back.
mine-may-document = Your document, to compare name, birth and the last characters of its number.
mine-may-basis = You may ask which law the check rests on. Whoever checks has to write it on the receipt.
mine-may-protection = They may ask whether you need protection. If you fear going back to your country, were the victim of a crime, or a child is travelling with nobody to care for it, say so: that goes before everything.
mine-may-not-title = What they may not do
mine-not-money = Charge. Card, check and receipt are free.
mine-not-keep = Keep your card or your document. Only a false paper is kept, as evidence against whoever made it.
mine-not-amber = Hold you because of an amber result. Amber means that the device lacks something, not you.
mine-not-why = Ask why you left your country.
mine-not-biometrics = Take fingerprints or compare your face by machine. That is not done here.
mine-real-title = Is this checkpoint real?
mine-real-number = Ask for the officer's number, the name of their post and the law they rest on. Whoever really works there says them.
mine-real-sign = Ask to see the sign: on the post's screen is a code that changes every few minutes. Read it here, also without a network. It says place and authority; it names nobody. Without a camera, ask for its eight letters and digits and type them here, with a network.
mine-real-copy = A live sign can be copied for some minutes. So compare the place it says with where you stand.
mine-real-receipt = Ask for your receipt and read it here. It carries a signature that your phone checks, also without a network: if it says “False” or “Unsigned”, it was not given by the authority.
mine-receipts-title = My receipts
mine-receipts = The receipts you read here stay on this phone alone. No office can tell from your card where you have been checked.
mine-report-title = How to report
mine-report = Keep the receipt, or write down the place, the time and the officer's number. Call, free of charge:

mine-next-let-pass = Nothing. Everything is in order.
mine-next-compare-with-document = Everything is in order. At a check it is compared with your document: carry it with you.
mine-next-remind-to-leave = Your stay still counts, but it is time to leave.
mine-next-let-pass-and-update = Your card is good. Connect this phone so that its list of signatures is renewed.
mine-next-let-pass-and-set-clock = Your card is good. Set this phone's clock.
mine-next-scan-again = Read it again: with more light, without glare, with the code filling the frame.
mine-next-ask-for-slip = Read the entry slip that belongs to this card.
mine-next-verify-by-other-means = This phone cannot tell. That does not mean that your card is bad: ask at any desk, free of charge.
mine-next-reissue-free = Your card is honoured as good. At any desk it is exchanged, free of charge.
mine-next-explain-territory = Your card is genuine but does not cover this state. Above it says which it covers.
mine-next-help-regularise = Go to a desk: there they explain how to put it right. It is free.
mine-next-record-encounter = Use the card that took this one's place. If you do not have it, ask at a desk, free of charge.
mine-next-keep-copy-and-report = The authority did not issue this card. If you paid for it, you were cheated: report it. The real one is free.

shift-open-title = Open a shift on this phone
shift-open-lead = Afterwards you can record encounters and give receipts without a network, too.
shift-no-script = This needs JavaScript: the shift's key is made on this phone and does not leave it. Without it, record on the post's page.
shift-no-crypto = This browser cannot keep a key, or has nowhere to keep records. Use another one, or record on the post's page.
shift-open-unsent = There are unsent records on this phone. Send them first from the reader's page; then open the shift.
shift-length = It lasts
shift-open-key = This phone makes a key that nobody can take out of it, and you sign it with your passkey.
shift-open-sealed = What you record without a network stays sealed on the phone until there is one; not even you can read it there.
shift-open-receipt = Everybody gets their receipt at once: a code to read aloud, and one for the camera.
shift-open-custody = You can also count people under your control, each with a receipt.
shift-open = Open a shift on this phone
shift-none-title = Record without a network
shift-none = Open a shift while you have a network. Afterwards you can record and give receipts where there is none.
shift-title = Shift on this phone
shift-until = until
shift-unsent = Unsent
shift-unsent-kept = They are sealed on this phone and are sent by themselves once there is a network. Do not clear the browser's data.
shift-send = Send now
shift-sent = Sent
shift-encounter = Record an encounter
shift-count = Count people under control
shift-record = Sign and give the receipt
shift-back = Back without recording
shift-minutes-ago = How many minutes ago did they come under your control?
shift-minutes-ago-hint = The hours run from there.
shift-missing = Something is missing: fill in the marked field.
shift-over = The shift on this phone is over. Open it again with a network, or record on paper.
shift-soon = This phone’s shift ends soon. To go on without a network afterwards, open another one before, with a network; or take sheets along. It ends:
shift-ended = This phone’s shift is over:
shift-ended-sent = Everything you recorded has been sent. To go on recording, open another shift with a network; until then, record on paper.
shift-ended-unsent = What you recorded is still here, encrypted, and sends itself when there is a network. Then open another shift; until then, record on paper.
shift-failed = It could not be recorded on this phone. Give no receipt; try again, or record on paper.
shift-card = A card was shown, and the reader said:
shift-act-encounter = Encounter
shift-act-opening = People under control
shift-receipt = Receipt for the person
shift-receipt-say = Read it aloud so that they can write it down, or let them photograph this screen.
shift-receipt-qr = The receipt's code for the camera
shift-secret = Key for the family
shift-secret-hint = With it a relative or lawyer asks at /familia who answers for the person. Give it to them alone.
shift-receipt-promise = This phone's signature counts from now on, although the record has not arrived yet. If the record has not appeared after a day, this receipt is the evidence.
shift-next = The next receipt
shift-given = They have it

command-shift-open-phone = open a shift on a phone
signing-line-until = Until
signing-line-phone-key = The phone's key

phone-refusal-not-a-record = This is no record of a phone. It is still on the phone; tell whoever runs the system.
phone-refusal-newer = The record is of a newer program than this machine's. It is still on the phone; ask for an update.
phone-refusal-torn = The record arrived cut short and nothing was taken. It is still on the phone; send it again.
phone-refusal-too-large = The record is larger than any. It is still on the phone; tell whoever runs the system.
phone-refusal-closed = The record does not open here: it was altered, or the shift was opened on another machine. It is still on the phone; connect where you opened the shift.
phone-refusal-content = The record opens but is badly made. It is still on the phone; tell whoever runs the system.
phone-refusal-elsewhere = The shift was opened on another machine of this office, which alone can open it. It is still on the phone; connect there.
phone-refusal-unknown-phone = No shift was opened with the key of this record. It is still on the phone; tell whoever runs the system.
phone-refusal-not-signed = The record was altered after it was signed, and nothing was taken. It is still on the phone; tell whoever runs the system.
phone-refusal-another = Another record came under this one's name before. Keep the phone; tell whoever runs the system.
phone-refusal-unknown = The record says something that this machine does not know. It is still on the phone; ask for an update.

phone-remark-late = It arrived more than a day later
phone-remark-outside-shift = Outside the shift of its key
phone-remark-clock-ahead = The phone's clock was ahead
phone-remark-access-ended = The officer was suspended or dismissed
phone-remark-beyond-role = The officer's role does not include this act

signed-out-unsent = { $n ->
    [one] One record is still unsent on this phone. It was not deleted: it is sealed, and is sent by itself when you open the page “Read cards without a network” with a network.
   *[other] { $n } records are still unsent on this phone. They were not deleted: they are sealed, and are sent by themselves when you open the page “Read cards without a network” with a network.
}

receipt-by-phone = Recorded without a network on a phone
receipt-arrived = It arrived
receipt-remarks = To be looked at
