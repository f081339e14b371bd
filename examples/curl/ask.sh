#!/bin/sh
# Asks the same question in two wordings and prints where each answer came from.
# Usage: ./ask.sh [URL]     default: http://127.0.0.1:8080
set -eu
url=${1:-http://127.0.0.1:8080}

ask() {
  curl -sS -o /dev/null -D - "$url/v1/chat/completions" \
    -H "authorization: Bearer ${OPENAI_API_KEY:-demo}" -H 'content-type: application/json' \
    -d "{\"model\": \"gpt-4o-mini\", \"messages\": [{\"role\": \"user\", \"content\": \"$1\"}]}" |
    sed -n "s/^[Cc]ache-[Ss]tatus: /$1 -> /p"
}

ask 'What is the tallest mountain on Earth?'
ask "What's the tallest mountain on Earth?"
