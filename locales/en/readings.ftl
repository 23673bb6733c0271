# Who has read a record, and its erasure.

subject-label = Number of the card, or of the record
subject-hint = For example TAL-7K3M-9Q2X-F. A record’s number is 32 letters and digits.
subject-unknown = There is nobody with that number. Check it and try again.

readings-find-title = Who has read a record
readings-find-lead = The list says which officer opened a person’s records, when and what for. Looking at it is written down, too.
readings-find = See the list
readings-title = Readings of this record
readings-lead = Each reading was written down before anything was shown. Officers are named by their number; the purpose is the one for which they were signed in.
readings-record = Record
readings-print = Print for the person (PDF)
readings-none = Nobody has read this record.
readings-at = When
readings-what = What
readings-purpose = What for
readings-officer = Officer
readings-more = See earlier readings

reading-of-card = Card { $id }
reading-of-application = Refusal { $id }
reading-of-person = The person’s record
reading-of-stays = Entries and exits
reading-of-protection = Whether the person needs protection
reading-of-reads = This list of readings
reading-of-search = Appeared in a search
reading-how-page = on screen
reading-how-print = printed
reading-how-export = in a file of data
reading-how-api = by another program
paper-reading = { $what }, { $how }. Purpose: { $purpose }.

erasures-title = Erasures
erasures-lead = To erase is to destroy the keys to a person’s records: nobody reads them again. The transparency unit proposes it and the ombudsman approves it, each with their own passkey.
erasures-propose-title = Propose an erasure
erasures-look = See what would be erased
erasures-done-title = Erasures carried out
erasures-none = None was carried out.
erasures-at = Asked for
erasures-ground = Ground
erasures-subjects = Files
erasures-folio = Folio
erasure-title = Erasing a record
erasure-what = Would be erased
erasure-counts = Person’s records: { $records }. Cards: { $cards }. Refusals: { $applications }. And all entries and exits.
erasure-stays = What stays is what proves that each act existed, who signed it, and who read the record. A revoked card stays revoked.
erasure-blocked = It cannot be erased now:
erasure-ground-label = Ground
erasure-ground-person-asked = The person asked for it
erasure-ground-period-over = The period for keeping it is over
erasure-ground-ordered = A judge or the data protection body ordered it
erasure-final = There is no way back: no backup makes what was erased readable.
erasure-propose = Propose and sign
erasure-back = Back to erasures

refusal-erasure-unknown = There is no such person’s record. Look it up again.
refusal-erasure-forgotten = This record was erased before; there is nothing left to erase.
refusal-erasure-stay-open = A stay is open. Wait until its exit is recorded, or the next entry closes it.
refusal-erasure-card-good = A card is still good. If the person gives it up, ask the supervisor to revoke it; if not, wait until it expires.
refusal-erasure-proposal-open = Another proposal about this person waits for signatures. Finish or withdraw it first.
refusal-erasure-matter-open = A matter of this person is open, and erasure has to wait. The ombudsman will tell you when it has ended.

act-erasure-carried-out = Erasure of records
fault-title-forgotten = Record erased
fault-forgotten = What proves that it existed still stands: each entry keeps its place, its signature and its receipt. Nobody can read its content any more.
forgotten = This record was erased. The transparency unit asked for it on { $at } and the ombudsman approved it (folio { $folio }).
way-readings = Readings
way-erasures = Erasures
home-access = Who has read a record
home-access-hint = Officers, dates and purposes, for the person and for those who watch.
home-erasures = Erasures
home-erasures-hint = Propose that a record be erased, and see those that were.
erasure-ground-missing = Choose why it is erased.
