# The receipt checked by anyone: what it is, what the log says, what to do.

receipt-kind-encounter = Encounter with an officer
receipt-kind-check = Check of documents
receipt-kind-entry = Entry
receipt-kind-exit = Exit
receipt-kind-custody-opened = Custody begun
receipt-kind-handover = Handover to another custody
receipt-kind-release = Release
receipt-kind-custody-ended = Custody ended

verify-light-green = Checked
verify-light-amber = Something is missing
verify-light-red = Something does not agree

verify-word-logged = Genuine
verify-word-unwitnessed = Signed
verify-word-signed = Signed
verify-word-not-yet-logged = Signed
verify-word-proof-broken = Signed
verify-word-other-entry = Signed
verify-word-no-bundle = Not checked
verify-word-bundle-expired = Not checked
verify-word-unknown-key = Not checked
verify-word-key-retired = Not checked
verify-word-key-later-compromised = Not checked
verify-word-malformed = Not read
verify-word-not-logged = Missing from the log
verify-word-contradicted = Contradicted by the log
verify-word-bad-signature = False
verify-word-unsigned = Not signed
verify-word-key-out-of-window = False
verify-word-key-compromised = False

verify-finding-logged = The authority signed this receipt and keeps it in its log, before witnesses from outside.
verify-finding-unwitnessed = The authority signed this receipt and keeps it in its log; signatures of witnesses are still missing.
verify-finding-signed = The authority signed this receipt. The log was not asked.
verify-finding-not-yet-logged = The authority signed this receipt; the log does not show it yet.
verify-finding-proof-broken = The authority signed this receipt; the log's proof cannot be used. That says nothing against the receipt.
verify-finding-other-entry = The authority signed this receipt; the proof that came is of another one with the same code.
verify-finding-no-bundle = The list of signatures is missing here. The fault is ours, not of whoever brings the receipt.
verify-finding-bundle-expired = The authority signed this receipt, by a list of signatures that is too old.
verify-finding-unknown-key = The signature is of a device that is not known here. It may be another authority's, or the list is old.
verify-finding-key-retired = The signature is of a device retired years ago, and no witness vouches for the date.
verify-finding-key-later-compromised = The signature is of a device that was stolen after that date, and no witness saw it before the theft.
verify-finding-malformed = This could not be read as a receipt.
verify-finding-not-logged = The authority signed this receipt and did not log it, although more than a day has passed. That is evidence against the authority.
verify-finding-contradicted = The authority signed this receipt and logged something else in its place. That is evidence against the authority.
verify-finding-bad-signature = The signature does not fit what it says: somebody changed it or made it up.
verify-finding-unsigned = It bears no signature: anyone could have made it.
verify-finding-key-out-of-window = It bears a signature that did not count on the date it states.
verify-finding-key-compromised = It was signed with a key after that key was stolen.

verify-next-keep = Nothing more. Keep it.
verify-next-ask-log = Ask the log with the receipt's code: on the authority's page or on the ombudsman's.
verify-next-ask-again = Ask again later. If it is still so tomorrow, take it to the ombudsman.
verify-next-ask-overseer = Ask for the proof again, on the ombudsman's page.
verify-next-take-to-overseer = Keep the paper and this answer and take them to the ombudsman. You have done nothing wrong.
verify-next-update-bundle = Check it where there is a current list of signatures, such as the ombudsman's page.
verify-next-scan-again = Scan it again: with more light, without reflections, with the code filling the frame.
verify-next-keep-and-report = Keep the paper, note who gave it to you and tell the ombudsman. Whoever carries it mostly is the one who was cheated.

verify-never = No result of this page is a reason to hold or punish whoever brings the receipt.

proof-fault-unreadable = The proof is damaged or is no proof of a log.
proof-fault-unknown-log = It is of a log that is not known here.
proof-fault-checkpoint = The log or a witness did not sign what the proof says.
proof-fault-leaf = It does not carry the entry that it proves.
proof-fault-not-in-tree = The entry is not in the log that it names.
proof-fault-leaf-signature = The entry was not signed by the device that signed the receipt.

verify-title = Check a receipt
verify-result-title = Receipt: { $word }
verify-lead = No account, and no name to give. Scan the code on the paper, or type the eight characters.
verify-text = QR code of the receipt
verify-text-hint = Pass the code under the scanner, or paste it.
verify-photo = Or a photo of the code
verify-code = Or the eight characters on the paper
verify-go = Check
verify-another = Check another
verify-nothing = Scan or paste the code, choose a photo, or type the eight characters.
verify-says = What the receipt says
verify-says-code = Code
verify-says-kind = What it was
verify-says-post = Post
verify-says-at = Date and time
verify-says-day = Day
verify-says-officer = Officer no.
verify-says-card = Card
verify-says-episode = Custody
verify-post = { $name } ({ $code })
verify-log = In the log
verify-log-origin = Log
verify-log-place = Entry
verify-log-place-of = { $index } of { $size }
verify-log-witness = Witness { $name }
verify-age = It was given { $length } ago.
verify-bundle-old = The list of signatures here is some days old.
verify-clock-behind = The clock here is behind.
verify-code-title = Code { $code }
verify-code-found = The authority gave a receipt with this code.
verify-code-found-several = The authority gave several receipts with this code. Day and post tell them apart.
verify-code-unknown = There is no receipt with that code here. Compare it with the paper, letter by letter. If the paper bears it and it is not here, keep it and take it to the ombudsman.
verify-code-only = The code alone tells no more: anyone may overhear it. The signature is checked with the QR code on the paper.
verify-log-state = Log
verify-log-state-witnessed = Logged before witnesses
verify-log-state-unwitnessed = Logged; witnesses are missing
verify-log-state-waiting = Not logged yet

paper-kind-exit = Exit
paper-no-symbol-not-given = This receipt has no QR code: the act was recorded without signing one. The eight characters find it.
paper-no-symbol-no-key = This receipt has no QR code: the device that recorded it cannot sign it now. The act is recorded, and the eight characters find it.
paper-no-symbol-unreadable = This receipt has no QR code: it could not be read when it was printed. The act is recorded; ask for another print.

exit-receipt-give = Hand over the receipt of the exit.
exit-receipt-print = Print the receipt of the exit
crossing-receipt = Receipt
receipt-of-crossing = The receipt does not bear the person's name. The card is on the paper only.
