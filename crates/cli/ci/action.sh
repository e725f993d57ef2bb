#!/bin/sh
# Runs tcpurge for a step of GitHub Actions. The inputs of action.yml are environment variables, so
# no input becomes a part of this script.
set -eu

if ! command -v tcpurge >/dev/null; then
    cargo install --quiet --locked --path "$GITHUB_ACTION_PATH/crates/cli" --root "$RUNNER_TEMP/tcpurge"
    PATH="$RUNNER_TEMP/tcpurge/bin:$PATH"
fi

# Variables that are empty were not given, and must not hide a file or a role.
[ -n "${TENCENTCLOUD_SECRET_ID:-}" ] || unset TENCENTCLOUD_SECRET_ID
[ -n "${TENCENTCLOUD_SECRET_KEY:-}" ] || unset TENCENTCLOUD_SECRET_KEY
[ -n "${TENCENTCLOUD_TOKEN:-}" ] || unset TENCENTCLOUD_TOKEN

set -- "$INPUT_COMMAND"
while IFS= read -r option; do
    # Spaces and a carriage return around an option are no part of it.
    option=$(printf '%s' "$option" | sed 's/^[[:space:]]*//; s/[[:space:]]*$//')
    [ -z "$option" ] || set -- "$@" "$option"
done <<END
${INPUT_OPTIONS:-}
END

if [ -n "${INPUT_TARGETS:-}" ]; then
    printf '%s\n' "$INPUT_TARGETS" | tcpurge "$@" --file -
else
    tcpurge "$@" </dev/null
fi
