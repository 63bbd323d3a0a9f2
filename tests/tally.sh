# SPDX-License-Identifier: MIT
# Sourced by the test scripts: counts, says each result, and closes with one line
# "N passed, N failed[, N skipped]". POSIX sh.
TALLY_PASSED=0
TALLY_FAILED=0
TALLY_SKIPPED=0

passed() { TALLY_PASSED=$((TALLY_PASSED + 1)); printf 'ok    %s\n' "$1"; }
failed() { TALLY_FAILED=$((TALLY_FAILED + 1)); printf 'FAIL  %s\n' "$1"; }
skipped() { TALLY_SKIPPED=$((TALLY_SKIPPED + 1)); printf 'skip  %s\n' "$1"; }

# check NAME COMMAND…: exit status 0 passes, 77 is skipped, all else fails (and is shown).
check() {
    tally_name=$1
    shift
    tally_log=$(mktemp)
    tally_status=0
    "$@" >"$tally_log" 2>&1 </dev/null || tally_status=$?
    case $tally_status in
    0) passed "$tally_name" ;;
    77) skipped "$tally_name: $(tail -n 1 "$tally_log")" ;;
    *)
        failed "$tally_name (exit status $tally_status)"
        tail -n "${TALLY_LINES:-40}" "$tally_log" | sed 's/^/      | /'
        ;;
    esac
    rm -f "$tally_log"
}

# Adds the counts of another script's closing line. add_counts NAME FILE STATUS
add_counts() {
    tally_line=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$2" | tail -n 1)
    if [ -z "$tally_line" ]; then
        failed "$1 ended without a result (exit status $3)"
        return
    fi
    # shellcheck disable=SC2086
    set -- "$1" "$3" $(printf '%s\n' "$tally_line" | tr -cd '0-9 ')
    TALLY_PASSED=$((TALLY_PASSED + $3))
    TALLY_FAILED=$((TALLY_FAILED + $4))
    TALLY_SKIPPED=$((TALLY_SKIPPED + ${5:-0}))
    if [ "$2" -ne 0 ] && [ "$4" -eq 0 ]; then failed "$1 failed (exit status $2)"; fi
}

# The closing line; the exit status of the script.
finish() {
    tally_tail=
    [ "$TALLY_SKIPPED" -gt 0 ] && tally_tail=", $TALLY_SKIPPED skipped"
    printf '%s passed, %s failed%s\n' "$TALLY_PASSED" "$TALLY_FAILED" "$tally_tail"
    [ "$TALLY_FAILED" -eq 0 ] && [ "$TALLY_PASSED" -gt 0 ]
}
