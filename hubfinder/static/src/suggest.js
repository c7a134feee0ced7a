// Suggestions under a field while somebody types: the combobox of ARIA 1.2, whose keys a library handles.
// The field alone is asked about, never a second one; nothing is kept, and without this script nothing is missing.
import Combobox from '@github/combobox-nav'

const WAIT = 150
const SHORTEST = 2
// A postcode is nobody's name: there is nothing to suggest, and it need not travel.
const POSTCODE = /^[a-z]{1,2}\d/i
const FAMILY = ['place', 'age', 'circumstance']

export function suggestUnder (field) {
  const { suggest, suggestLabel, suggestPlaces } = field.dataset
  const list = make('div', 'suggestions')
  const said = make('div', 'govuk-visually-hidden')
  let timer = 0
  let asking = new AbortController()

  list.id = `${field.id}-suggestions`
  list.hidden = true
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', suggestLabel)
  said.setAttribute('role', 'status')
  const around = field.closest('.govuk-form-group')
  around.classList.add('suggesting')
  around.append(list, said)
  field.setAttribute('autocomplete', suggestPlaces ? field.autocomplete : 'off')
  const combobox = new Combobox(field, list, { tabInsertsSuggestions: false })

  const close = () => {
    clearTimeout(timer)
    asking.abort()
    if (!list.hidden) combobox.stop()
    list.hidden = true
    list.replaceChildren()
    said.textContent = ''
  }
  const show = ({ parts, said: words }) => {
    close()
    list.append(...parts.map((part, number) => group(part, `${list.id}-${number}`)))
    said.textContent = words
    list.hidden = parts.length === 0
    if (parts.length) combobox.start()
  }
  const ask = async () => {
    const text = field.value.trim()
    asking.abort()
    asking = new AbortController()
    if (text.length < SHORTEST || (suggestPlaces && POSTCODE.test(text))) return close()
    try {
      const answer = await fetch(`${suggest}?${new URLSearchParams({ q: text })}`, {
        cache: 'no-store', credentials: 'omit', referrerPolicy: 'no-referrer', signal: asking.signal
      })
      if (!answer.ok) return close()
      const found = await answer.json()
      if (field.value.trim() === text && document.activeElement === field) show(found)
    } catch (error) {
      if (error.name !== 'AbortError') close() // no signal on the bus: the form works as it is
    }
  }

  field.addEventListener('input', (event) => {
    clearTimeout(timer)
    if (!event.isComposing) timer = setTimeout(ask, WAIT)
  })
  field.addEventListener('compositionend', () => { timer = setTimeout(ask, WAIT) })
  field.addEventListener('blur', close)
  field.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !list.hidden) {
      event.preventDefault() // the words stay
      close()
    } else if (event.key === 'ArrowDown' && list.hidden && !event.altKey) {
      ask()
    }
  })
  list.addEventListener('mousedown', (event) => event.preventDefault()) // the field keeps the keyboard
  list.addEventListener('combobox-commit', ({ target }) => {
    const { dataset } = target
    close()
    choose(field, dataset)
  })
}

function choose (field, { need, href, words, place }) {
  if (place) {
    field.value = place
  } else if (href) {
    window.location.assign(`${href}${familyOf(field.form)}`)
  } else if (words) {
    field.value = words
    field.form.submit()
  } else {
    field.value = ''
    const chosen = make('input')
    Object.assign(chosen, { type: 'hidden', name: 'need', value: need })
    field.form.append(chosen)
    field.form.submit()
    chosen.remove() // whoever comes back finds the form as it was
  }
}

// What links of the results carry along too, so that the page can say whether it is for this family.
function familyOf (form) {
  const told = [...new FormData(form)].filter(([name, value]) => FAMILY.includes(name) && value)
  return told.length ? `?${new URLSearchParams(told)}` : ''
}

function group ({ heading, lines }, id) {
  const options = lines.map((line, number) => option(line, `${id}-${number}`))
  if (!heading) return fragment(options)
  const box = make('div')
  const title = make('div', 'suggestions-heading')
  title.id = id
  title.textContent = heading
  title.setAttribute('role', 'presentation')
  box.setAttribute('role', 'group')
  box.setAttribute('aria-labelledby', id)
  box.append(title, ...options)
  return box
}

function option ({ name, hint, english, ...leads }, id) {
  const line = make('div', 'suggestion')
  const words = make('span')
  words.textContent = name
  if (english) {
    words.lang = 'en'
    words.dir = 'ltr'
  }
  line.id = id
  line.setAttribute('role', 'option')
  line.append(words)
  if (hint) {
    const further = make('span', 'soft')
    further.dir = 'auto'
    further.textContent = hint
    line.append(' ', further)
  }
  for (const [where, value] of Object.entries(leads)) {
    if (value) line.dataset[where] = value
  }
  return line
}

function make (tag, name = '') {
  const made = document.createElement(tag)
  made.className = name
  return made
}

function fragment (nodes) {
  const made = document.createDocumentFragment()
  made.append(...nodes)
  return made
}
