// Every page works without this script; it only moves the keyboard focus where people expect it.
import { createAll, ErrorSummary, isSupported, SkipLink } from 'govuk-frontend'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
if (isSupported()) {
  createAll(SkipLink)
  createAll(ErrorSummary)
}
