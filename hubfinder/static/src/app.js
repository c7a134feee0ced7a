// Every page works without this script; it moves the keyboard focus where people expect it and leaves
// no step back to a page that somebody left in a hurry.
import { createAll, ErrorSummary, isSupported, SkipLink } from 'govuk-frontend'

import { confirmOnBoard } from './board.js'
import { countAlong } from './count.js'
import { offerPasskey } from './passkey.js'
import { saveWhileWriting } from './editing.js'
import { emptySaved, keepSaved } from './saved.js'
import { warnOfEnd } from './session.js'
import { suggestUnder } from './suggest.js'

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
    emptySaved()
    window.location.replace(link.href)
  })
}
keepSaved()
for (const field of document.querySelectorAll('[data-suggest]')) suggestUnder(field)
for (const form of document.querySelectorAll('[data-passkey]')) offerPasskey(form)
for (const box of document.querySelectorAll('[data-stay]')) warnOfEnd(box)
for (const form of document.querySelectorAll('[data-autosave]')) saveWhileWriting(form)
for (const list of document.querySelectorAll('[data-confirming]')) confirmOnBoard(list)
for (const line of document.querySelectorAll('[data-room]')) countAlong(line)
// Where somebody is goes to the server as coarsely as a postcode: three decimals are about 100 metres.
for (const field of document.querySelectorAll('[data-here]')) {
  if (!window.isSecureContext || !('geolocation' in navigator)) break
  const box = document.createElement('div')
  const button = document.createElement('button')
  const told = document.createElement('p')
  const found = ({ coords }) => {
    field.value = `${coords.latitude.toFixed(3)},${coords.longitude.toFixed(3)}`
    field.form.submit()
  }
  const failed = () => { told.textContent = field.dataset.hereFailed }
  box.className = 'here'
  button.type = 'button'
  button.textContent = field.dataset.here
  told.setAttribute('role', 'status')
  button.addEventListener('click', () => {
    told.textContent = field.dataset.hereWait
    navigator.geolocation.getCurrentPosition(found, failed, { maximumAge: 600000, timeout: 20000 })
  })
  box.append(button, told)
  field.closest('.govuk-form-group').after(box)
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
