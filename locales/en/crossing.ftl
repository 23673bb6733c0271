# Entry and exit.

crossing-title = Entry or exit
crossing-card = Card
crossing-card-hint = Scan the code, or type the number: TAL-7K3M-9Q2X-F.
crossing-find = Find
crossing-no-card = No card?
crossing-of = Entry or exit on { $number }
crossing-scanned = The code that was read:
crossing-record = Record
crossing-enter = Record an entry
crossing-enter-open = There is an open stay. Entering closes it as "exit not recorded": nobody's fault, and no ground to deny the entry.
crossing-no-entry = This card does not allow an entry.
crossing-to-card = See what can be done
crossing-leave = Record an exit
crossing-leave-hint = An exit is never refused.
crossing-another = Another card
crossing-left = Exit recorded.
crossing-left-without-entry = Exit recorded. No entry had been noted; that is not the person's fault.

stay-open-title = Open stay
stay-past-title = Earlier stays
stay-entered = Entry
stay-left = Exit
stay-how = How it ended
stay-slip-again = Show the entry slip
stay-open-running = The stay runs and is within its dates.
stay-open-grace = "Leave by" has passed, but the stay is still valid.
stay-open-overstayed = The stay has ended by both clocks. Record the exit, and explain how to put papers right.
stay-ended-running = Left within its dates.
stay-ended-grace = Left between the two dates: valid.
stay-ended-overstayed = Left after both dates.
stay-not-recorded = Exit not recorded. That is not the person's fault, and no ground to refuse anything.

entry-title = Entry slip
entry-post = Post
entry-states = May be in
entry-give = Hand over the slip
entry-give-how = The person carries it with the card. It costs nothing.
entry-ended = This stay ended with the exit of { $at }.
entry-closed-earlier = The earlier stay was noted as "exit not recorded". That is nobody's fault.
clock-leave-by = Leave by
clock-not-overstayed = Not overstayed until
clock-left = Time left: { $length }.
clock-over = That was { $length } ago.
clock-phase-running = Between the two dates the stay is still valid.
clock-phase-grace = This is between the two dates: the stay is still valid.
clock-phase-overstayed = Both dates have passed.
