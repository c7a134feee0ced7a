"""What every face uses: who may enter, languages, words for figures, assets, errors, the map, headers."""
