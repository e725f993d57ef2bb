
using namespace System.Management.Automation
using namespace System.Management.Automation.Language

Register-ArgumentCompleter -Native -CommandName 'tcpurge' -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)

    $commandElements = $commandAst.CommandElements
    $command = @(
        'tcpurge'
        for ($i = 1; $i -lt $commandElements.Count; $i++) {
            $element = $commandElements[$i]
            if ($element -isnot [StringConstantExpressionAst] -or
                $element.StringConstantType -ne [StringConstantType]::BareWord -or
                $element.Value.StartsWith('-') -or
                $element.Value -eq $wordToComplete) {
                break
        }
        $element.Value
    }) -join ';'

    $completions = @(switch ($command) {
        'tcpurge' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('-V', '-V ', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('--version', '--version', [CompletionResultType]::ParameterName, 'Print version')
            [CompletionResult]::new('urls', 'urls', [CompletionResultType]::ParameterValue, 'Purge URLs')
            [CompletionResult]::new('dirs', 'dirs', [CompletionResultType]::ParameterValue, 'Purge directories, with everything below them')
            [CompletionResult]::new('hosts', 'hosts', [CompletionResultType]::ParameterValue, 'Purge everything of host names (EdgeOne)')
            [CompletionResult]::new('tags', 'tags', [CompletionResultType]::ParameterValue, 'Purge by the tags in the header Cache-Tag (EdgeOne)')
            [CompletionResult]::new('all', 'all', [CompletionResultType]::ParameterValue, 'Purge everything of a zone (EdgeOne)')
            [CompletionResult]::new('prefetch', 'prefetch', [CompletionResultType]::ParameterValue, 'Make the nodes fetch URLs before the visitors do')
            [CompletionResult]::new('resume', 'resume', [CompletionResultType]::ParameterValue, 'Go on with a run that has a journal')
            [CompletionResult]::new('tasks', 'tasks', [CompletionResultType]::ParameterValue, 'List tasks, with the state of each target')
            [CompletionResult]::new('quota', 'quota', [CompletionResultType]::ParameterValue, 'Show how many targets may still be purged and prefetched today')
            [CompletionResult]::new('wait', 'wait', [CompletionResultType]::ParameterValue, 'Wait until tasks are done')
            [CompletionResult]::new('zones', 'zones', [CompletionResultType]::ParameterValue, 'List the zones of EdgeOne')
            break
        }
        'tcpurge;urls' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'URL of relative paths, such as those that `git diff --name-only` prints')
            [CompletionResult]::new('--sitemap', '--sitemap', [CompletionResultType]::ParameterName, 'Sitemap with URLs, in XML. May be given several times')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it belongs to EdgeOne if the account has a zone for it, and otherwise to CDN')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and a prefetch in the mainland only')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--index', '--index', [CompletionResultType]::ParameterName, 'For each `.../index.html`, add the URL of its directory')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent and the quota that is left, and send nothing')
            [CompletionResult]::new('--then-prefetch', '--then-prefetch', [CompletionResultType]::ParameterName, 'Prefetch the URLs when they are purged. Implies `--wait`')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'soft')
            [CompletionResult]::new('--hard', '--hard', [CompletionResultType]::ParameterName, 'hard')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tcpurge;dirs' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'Directory of relative paths')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it belongs to EdgeOne if the account has a zone for it, and otherwise to CDN')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and a prefetch in the mainland only')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'Keep copies whose content has not changed at the origin. This is the default')
            [CompletionResult]::new('--hard', '--hard', [CompletionResultType]::ParameterName, 'Delete all copies, changed or not')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent and the quota that is left, and send nothing')
            [CompletionResult]::new('--then-prefetch', '--then-prefetch', [CompletionResultType]::ParameterName, 'then-prefetch')
            [CompletionResult]::new('--index', '--index', [CompletionResultType]::ParameterName, 'index')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tcpurge;hosts' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'product')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'area')
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'base')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'Keep copies whose content has not changed at the origin. This is the default')
            [CompletionResult]::new('--hard', '--hard', [CompletionResultType]::ParameterName, 'Delete all copies, changed or not')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent and the quota that is left, and send nothing')
            [CompletionResult]::new('--then-prefetch', '--then-prefetch', [CompletionResultType]::ParameterName, 'then-prefetch')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'tcpurge;tags' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'product')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'area')
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'base')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent and the quota that is left, and send nothing')
            [CompletionResult]::new('--then-prefetch', '--then-prefetch', [CompletionResultType]::ParameterName, 'then-prefetch')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'soft')
            [CompletionResult]::new('--hard', '--hard', [CompletionResultType]::ParameterName, 'hard')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'tcpurge;all' {
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'product')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'area')
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'base')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'Keep copies whose content has not changed at the origin. This is the default')
            [CompletionResult]::new('--hard', '--hard', [CompletionResultType]::ParameterName, 'Delete all copies, changed or not')
            [CompletionResult]::new('-y', '-y', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--yes', '--yes', [CompletionResultType]::ParameterName, 'Do not ask for confirmation')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent and the quota that is left, and send nothing')
            [CompletionResult]::new('--then-prefetch', '--then-prefetch', [CompletionResultType]::ParameterName, 'then-prefetch')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'tcpurge;prefetch' {
            [CompletionResult]::new('-f', '-f', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--file', '--file', [CompletionResultType]::ParameterName, 'File with a target on each line; `-` is the standard input. Blank lines and lines that begin with `#` are skipped. May be given several times')
            [CompletionResult]::new('--base', '--base', [CompletionResultType]::ParameterName, 'URL of relative paths, such as those that `git diff --name-only` prints')
            [CompletionResult]::new('--sitemap', '--sitemap', [CompletionResultType]::ParameterName, 'Sitemap with URLs, in XML. May be given several times')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'Product: CDN, or EdgeOne, which is called `teo`. If not given, each host name decides: it belongs to EdgeOne if the account has a zone for it, and otherwise to CDN')
            [CompletionResult]::new('--area', '--area', [CompletionResultType]::ParameterName, 'Region of CDN. If not given, a purge is carried out wherever the domain is accelerated, and a prefetch in the mainland only')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given')
            [CompletionResult]::new('--journal', '--journal', [CompletionResultType]::ParameterName, 'Record in this file what is sent, so that `tcpurge resume FILE` can go on after an interrupt or a crash, and sends nothing twice')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--index', '--index', [CompletionResultType]::ParameterName, 'For each `.../index.html`, add the URL of its directory')
            [CompletionResult]::new('--dry-run', '--dry-run', [CompletionResultType]::ParameterName, 'Show what would be sent and the quota that is left, and send nothing')
            [CompletionResult]::new('--soft', '--soft', [CompletionResultType]::ParameterName, 'soft')
            [CompletionResult]::new('--hard', '--hard', [CompletionResultType]::ParameterName, 'hard')
            [CompletionResult]::new('--then-prefetch', '--then-prefetch', [CompletionResultType]::ParameterName, 'then-prefetch')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tcpurge;resume' {
            [CompletionResult]::new('--wait', '--wait', [CompletionResultType]::ParameterName, 'Wait until the nodes are done, for at most this long; 5m if only `--wait` is given. As the run did if not given')
            [CompletionResult]::new('--history-delay', '--history-delay', [CompletionResultType]::ParameterName, 'How long the list of tasks may lack a new task. A target without a response is looked up in that list')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
        'tcpurge;tasks' {
            [CompletionResult]::new('--since', '--since', [CompletionResultType]::ParameterName, 'How far back to look, if no task is given')
            [CompletionResult]::new('--state', '--state', [CompletionResultType]::ParameterName, 'Only targets in this state')
            [CompletionResult]::new('--limit', '--limit', [CompletionResultType]::ParameterName, 'Maximum number of targets to list')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'Product: CDN, or EdgeOne, which is called `teo`. CDN if there is no `--zone`')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--prefetch', '--prefetch', [CompletionResultType]::ParameterName, 'List prefetches instead of purges')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tcpurge;quota' {
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'Product: CDN, or EdgeOne, which is called `teo`. CDN and the zones of EdgeOne if not given')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tcpurge;wait' {
            [CompletionResult]::new('--timeout', '--timeout', [CompletionResultType]::ParameterName, 'How long to wait')
            [CompletionResult]::new('--product', '--product', [CompletionResultType]::ParameterName, 'Product: CDN, or EdgeOne, which is called `teo`. CDN if there is no `--zone`')
            [CompletionResult]::new('--zone', '--zone', [CompletionResultType]::ParameterName, 'Zone of EdgeOne, by its id or its name. If not given, it is found by the host names')
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--prefetch', '--prefetch', [CompletionResultType]::ParameterName, 'The tasks are prefetches')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help (see more with ''--help'')')
            break
        }
        'tcpurge;zones' {
            [CompletionResult]::new('--profile', '--profile', [CompletionResultType]::ParameterName, 'Profile of the credentials file of the SDKs or of tccli')
            [CompletionResult]::new('--endpoint', '--endpoint', [CompletionResultType]::ParameterName, 'Site or host of the API: `mainland`, `international`, or `https://host`')
            [CompletionResult]::new('--call-timeout', '--call-timeout', [CompletionResultType]::ParameterName, 'Time limit of a call, with its retries; 60s if not given')
            [CompletionResult]::new('--secret-id', '--secret-id', [CompletionResultType]::ParameterName, 'Keys, as other programs take them. They are refused, with a hint to use the environment')
            [CompletionResult]::new('--json', '--json', [CompletionResultType]::ParameterName, 'Print one JSON object on the standard output, and nothing else there')
            [CompletionResult]::new('-v', '-v', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('--verbose', '--verbose', [CompletionResultType]::ParameterName, 'Log every call on the standard error; twice: every attempt')
            [CompletionResult]::new('-h', '-h', [CompletionResultType]::ParameterName, 'Print help')
            [CompletionResult]::new('--help', '--help', [CompletionResultType]::ParameterName, 'Print help')
            break
        }
    })

    $completions.Where{ $_.CompletionText -like "$wordToComplete*" } |
        Sort-Object -Property ListItemText
}
