# A post that also works without its hub.

post-hub = { $place }: connected to the hub. Trust list of { $bundle }.
post-apart = { $place }: without the hub since { $since }. Work goes on as usual. Trust list of { $bundle }.
post-never = { $place }: not connected to the hub yet. Work goes on as usual. Trust list of { $bundle }.
post-unsent = { $n ->
    [0] Nothing to send.
    [one] One entry to send.
   *[other] { $n } entries to send.
}
post-lease = Cards can be issued until { $until }. Connect this post, or carry its data on a stick.
post-lease-ended = No more cards can be issued: it has been too long without the hub. Entries, exits and checks go on. Connect this post, or carry its data on a stick.
post-few = Numbers for { $left } cards are left.
post-refused = The hub does not take what this post sends: { $words } Call the office that runs the system.

fault-title-at-hub = This is done at the hub
fault-at-hub = Officers, devices, posts, keys, tokens of programs, erasures and what was found of contradictions are decided at the hub. Ask for it there; it arrives here with the next connection. Nothing was recorded.
fault-title-lease-ended = This post can issue no more cards
fault-lease-ended = It has been too long without the hub. Connect this post, or carry its data on a stick. Entries, exits and checks go on. Nothing was recorded.
lease-ended-since = Since { $since }.
fault-title-nothing-left = This post has used all its card numbers
fault-nothing-left = The hub gave it a limited number, and all are used. Connect this post, or carry its data on a stick. Entries, exits and checks go on. Nothing was recorded.
