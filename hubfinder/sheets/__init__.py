"""Local offer sheets: chosen, composed and typeset for one school, surgery, family hub or footprint."""
