# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_tcpurge_global_optspecs
    string join \n profile= endpoint= call-timeout= json v/verbose secret-id= h/help V/version
end

function __fish_tcpurge_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_tcpurge_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_tcpurge_using_subcommand
    set -l cmd (__fish_tcpurge_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c tcpurge -n "__fish_tcpurge_needs_command" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_needs_command" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_needs_command" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_needs_command" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_needs_command" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -s h -l help -d 'Print help'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -s V -l version -d 'Print version'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "urls" -d 'Purge URLs'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "dirs" -d 'Purge directories, with everything below them'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "hosts" -d 'Purge everything of host names (EdgeOne)'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "tags" -d 'Purge by the tags in the header Cache-Tag (EdgeOne)'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "all" -d 'Purge everything of a zone (EdgeOne)'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "prefetch" -d 'Make the nodes fetch URLs before the visitors do'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "resume" -d 'Go on with a run that has a journal'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "tasks" -d 'List tasks, with the state of each target'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "quota" -d 'Show how many targets may still be purged and prefetched today'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "wait" -d 'Wait until tasks are done'
complete -c tcpurge -n "__fish_tcpurge_needs_command" -f -a "zones" -d 'List the zones of EdgeOne'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -s f -l file -d 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l base -d 'URL of relative paths, such as those that `git diff --name-only` prints' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l sitemap -d 'Sitemap with URLs, in XML. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l product -d 'Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it belongs to EdgeOne if the account has a zone for it, and otherwise to CDN' -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l area -d 'Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and a prefetch in the mainland only' -r -f -a "mainland\t'The Chinese mainland'
overseas\t'Everywhere else'
global\t'Both; for prefetches only'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l journal -d 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l index -d 'For each `.../index.html`, add the URL of its directory'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l dry-run -d 'Show what would be sent and the quota that is left, and send nothing'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l then-prefetch -d 'Prefetch the URLs when they are purged. Implies `--wait`'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l soft
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l hard
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand urls" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -s f -l file -d 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l base -d 'Directory of relative paths' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l product -d 'Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it belongs to EdgeOne if the account has a zone for it, and otherwise to CDN' -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l area -d 'Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and a prefetch in the mainland only' -r -f -a "mainland\t'The Chinese mainland'
overseas\t'Everywhere else'
global\t'Both; for prefetches only'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l journal -d 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l soft -d 'Keep copies whose content has not changed at the origin. This is the default'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l hard -d 'Delete all copies, changed or not'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l dry-run -d 'Show what would be sent and the quota that is left, and send nothing'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l then-prefetch
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l index
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand dirs" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -s f -l file -d 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l journal -d 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l product -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l area -r -f -a "mainland\t'The Chinese mainland'
overseas\t'Everywhere else'
global\t'Both; for prefetches only'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l base -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l soft -d 'Keep copies whose content has not changed at the origin. This is the default'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l hard -d 'Delete all copies, changed or not'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l dry-run -d 'Show what would be sent and the quota that is left, and send nothing'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l then-prefetch
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand hosts" -s h -l help -d 'Print help'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -s f -l file -d 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l journal -d 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l product -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l area -r -f -a "mainland\t'The Chinese mainland'
overseas\t'Everywhere else'
global\t'Both; for prefetches only'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l base -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l dry-run -d 'Show what would be sent and the quota that is left, and send nothing'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l then-prefetch
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l soft
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l hard
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tags" -s h -l help -d 'Print help'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l journal -d 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l product -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l area -r -f -a "mainland\t'The Chinese mainland'
overseas\t'Everywhere else'
global\t'Both; for prefetches only'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l base -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l soft -d 'Keep copies whose content has not changed at the origin. This is the default'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l hard -d 'Delete all copies, changed or not'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -s y -l yes -d 'Do not ask for confirmation'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l dry-run -d 'Show what would be sent and the quota that is left, and send nothing'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l then-prefetch
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand all" -s h -l help -d 'Print help'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -s f -l file -d 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l base -d 'URL of relative paths, such as those that `git diff --name-only` prints' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l sitemap -d 'Sitemap with URLs, in XML. May be given several times' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l product -d 'Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it belongs to EdgeOne if the account has a zone for it, and otherwise to CDN' -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l area -d 'Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and a prefetch in the mainland only' -r -f -a "mainland\t'The Chinese mainland'
overseas\t'Everywhere else'
global\t'Both; for prefetches only'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l journal -d 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice' -r -F
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l index -d 'For each `.../index.html`, add the URL of its directory'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l dry-run -d 'Show what would be sent and the quota that is left, and send nothing'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l soft
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l hard
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l then-prefetch
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand prefetch" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l wait -d 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given. As the run did if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l history-delay -d 'How long the list of tasks may lack a new task. A target without a response is looked up in that list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand resume" -s h -l help -d 'Print help'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l since -d 'How far back to look, if no task is given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l state -d 'Only targets in this state' -r -f -a "processing\t'Not done yet'
done\t'Done'
failed\t'Failed'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l limit -d 'Maximum number of targets to list' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l product -d 'Product: CDN, or EdgeOne, which is called `teo`. CDN if there is no `--zone`' -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l prefetch -d 'List prefetches instead of purges'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand tasks" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l product -d 'Product: CDN, or EdgeOne, which is called `teo`. CDN and the zones of EdgeOne if not given' -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand quota" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l timeout -d 'How long to wait' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l product -d 'Product: CDN, or EdgeOne, which is called `teo`. CDN if there is no `--zone`' -r -f -a "cdn\t'Content Delivery Network'
teo\t'EdgeOne'"
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l zone -d 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l prefetch -d 'The tasks are prefetches'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand wait" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -l profile -d 'Profile of the credentials file of the SDKs or of tccli' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -l endpoint -d 'Site or host of the API: `mainland`, `international`, or `https://host`' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -l call-timeout -d 'Time limit of a call, with its retries; 60s if not given' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -l secret-id -d 'Keys, as other programs take them. They are refused, with a hint to use the environment' -r
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -l json -d 'Print one JSON object on the standard output, and nothing else there'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -s v -l verbose -d 'Log every call on the standard error; twice: every attempt'
complete -c tcpurge -n "__fish_tcpurge_using_subcommand zones" -s h -l help -d 'Print help'
