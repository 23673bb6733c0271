# A post's black box, and the public figure of whether it works.

home-trouble = Something does not work
home-trouble-hint = Say so with one button, and see what the machine noticed by itself.

trouble-title = What does not work at this post
trouble-lead = What you say here is seen by the office that runs the system, and counts in the post's public figure. One button is enough.
trouble-part = What is it?
trouble-which = Choose what does not work, or what works again.
trouble-words = Anything else
trouble-words-hint = If you like. No names of persons.
trouble-tell = It does not work
trouble-tell-works = It works again
trouble-box = Black box
trouble-none = Neither the machine nor anybody has noticed trouble.
moved-back = Backwards: { $length }
moved-forward = Forwards: { $length }. A machine that slept looks like this, too.
trouble-room = { $amount } MiB are free
trouble-works-again = Works again: { $what }
trouble-works-not = Does not work: { $what }
trouble-by = told by { $officer }
trouble-silent = The machine did not work
trouble-hub-lost = No connection to the hub
trouble-hub-back = Connected to the hub again, after
trouble-clock-jumped = The clock jumped
trouble-disk-low = Little room on the disk
trouble-disk-fine = There is room on the disk again
trouble-printer = The printer
trouble-stock = Paper or cards to print on
trouble-reader = The reader or the camera
trouble-power = Electricity
trouble-network = The network
trouble-other = Something else

uptime-title = Do the posts work?
uptime-lead = In 2019 “no hay sistema”, the system is down, left people on the bridge for three days. Here you can see, day by day, for how long each post's system worked.
uptime-none = There is no whole day to count yet.
uptime-days = From { $from } to { $to }.
uptime-share = { $share }%
uptime-yesterday = Yesterday
uptime-week = Last 7 days
uptime-all = { $n ->
    [one] On the only day counted
   *[other] On the { $n } days counted
}
uptime-picture = { $place }: each bar is a day; { $share } in all.
uptime-troubles = Trouble that was told
uptime-file = The same data as a file (CSV)
uptime-how-title = How it is counted
uptime-how = Each machine writes into the log at least every ten minutes, without a network, too. A quarter of an hour without any entry counts as lost, whatever anybody says. What a post did without its hub is counted when it arrives. The overseer has the same entries and can count again.
uptime-why-not-today = Today is not shown: at which post nothing can be checked at this moment is for those who mend it, not for those who wait for it.
