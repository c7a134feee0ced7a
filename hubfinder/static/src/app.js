// Every page works without this script; it moves the keyboard focus where people expect it and leaves
// no step back to a page that somebody left in a hurry.
import { createAll, ErrorSummary, isSupported, SkipLink } from 'govuk-frontend'

document.body.classList.add('js-enabled')
if ('noModule' in HTMLScriptElement.prototype) {
  document.body.classList.add('govuk-frontend-supported')
}
if (isSupported()) {
  createAll(SkipLink)
  createAll(ErrorSummary)
}
for (const link of document.querySelectorAll('[data-exit]')) {
  link.addEventListener('click', (event) => {
    event.preventDefault()
    document.body.hidden = true
    window.location.replace(link.href)
  })
}
for (const place of document.querySelectorAll('[data-map]')) {
  const button = document.createElement('button')
  const open = () => import(place.dataset.mapScript)
    .then((map) => map.open(place, button))
    .catch((error) => {
      button.textContent = place.dataset.mapFailed
      console.error(error)
    })
  button.type = 'button'
  button.className = 'govuk-button govuk-button--secondary map-button'
  button.textContent = place.dataset.mapButton
  button.addEventListener('click', open)
  place.append(button)
  if (place.dataset.mapOpens) open()
}
