#!/usr/bin/env bash
# Brings the files for translators in step with the sentences of the pages and the sheets: new ones come in
# empty, changed ones are marked fuzzy (and shown in English until somebody has looked), old ones go.
# Then: translate hubfinder/translations/*/LC_MESSAGES/messages.po, and `make setup` compiles them.
set -euo pipefail
cd "$(dirname "$0")/.."
folder=hubfinder/translations
pages=(pl ur)
sheets=(ar bn pa pt ro so tr uk)
pot=$(mktemp --suffix=.pot)
trap 'rm -f "$pot"' EXIT

extract() {
    .venv/bin/pybabel --quiet extract --mapping-file "$folder/$1" --output-file "$pot" \
        --project hubfinder --version '' --copyright-holder 'hubfinder contributors' --sort-by-file \
        --add-location file --width 100 --keyword lazy_gettext --msgid-bugs-address '' .
}

update() {
    for language in "$@"; do
        if [ -f "$folder/$language/LC_MESSAGES/messages.po" ]; then
            .venv/bin/pybabel --quiet update --input-file "$pot" --output-dir "$folder" --locale "$language" \
                --ignore-obsolete --previous --width 100
        else
            .venv/bin/pybabel --quiet init --input-file "$pot" --output-dir "$folder" --locale "$language"
        fi
    done
}

extract babel.cfg
update "${pages[@]}"
extract sheets.cfg
update "${sheets[@]}"
