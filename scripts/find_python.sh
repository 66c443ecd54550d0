#!/bin/sh
# Print the first of the Pythons named that can hold the environment, or say in one line what is missing.
for candidate in "$@"; do
    if answer=$("$candidate" scripts/check_toolchain.py 2>&1); then
        command -v "$candidate"
        exit 0
    fi
    case $answer in
    whydenied:*"this is"*) other=${other:-$answer} ;;
    whydenied:*) reason=${reason:-$answer} ;;
    esac
done
echo "${reason:-${other:-whydenied: Python 3.11 or 3.12 is needed: apt-get install python3 python3-venv python3-dev}}" >&2
exit 1
