// Pages of editing save what is in their form after a pause, and show what would make a text better. Every
// page works without this script, by its buttons.
const PAUSE = 1500

export function saveWhileWriting (form) {
  const { autosave, saved, unsaved, signedOut, clash } = form.dataset
  const line = form.querySelector('[data-saved-line]')
  let timer = 0
  let asking = null
  let again = false

  // Said only when it is something else: a screen reader repeats nothing.
  const tell = (words) => { if (line.textContent !== words) line.textContent = words }
  const ask = async () => {
    try {
      const answer = await fetch(autosave, {
        body: new URLSearchParams(new FormData(form)), cache: 'no-store', method: 'POST', redirect: 'manual'
      })
      if (answer.type === 'opaqueredirect' || answer.status === 401) return tell(signedOut)
      const type = answer.headers.get('Content-Type') || ''
      if (!type.includes('json')) return tell(unsaved)
      show(await answer.json())
    } catch {
      tell(unsaved) // no signal: the buttons work as they are
    }
  }
  const save = () => {
    if (asking) { again = true; return }
    asking = ask().finally(() => {
      asking = null
      if (again) { again = false; wait() }
    })
  }
  const show = (kept) => {
    if (kept.clash) return tell(clash)
    form.elements.seen.value = kept.seen
    form.elements.revision.value = kept.revision
    const wrong = Object.values(kept.errors)
    tell(wrong.length ? `${unsaved} ${wrong[0]}` : saved.replace('{time}', kept.saved))
    for (const [name, words] of Object.entries(kept.advice)) advise(form, name, words)
  }
  const wait = () => {
    clearTimeout(timer)
    timer = setTimeout(save, PAUSE)
  }

  form.addEventListener('input', (event) => { if (!event.isComposing) wait() })
  form.addEventListener('compositionend', wait)
  // What is on its way arrives first: the form says which state it was written on.
  form.addEventListener('submit', (event) => {
    clearTimeout(timer)
    if (!asking) return
    event.preventDefault()
    again = false
    const { submitter } = event
    asking.finally(() => form.requestSubmit ? form.requestSubmit(submitter) : form.submit())
  })
}

function advise (form, name, words) {
  const box = form.querySelector(`[data-advice="${CSS.escape(name)}"]`)
  if (!box || box.textContent === words.join('')) return
  box.replaceChildren(...words.map((text) => {
    const line = document.createElement('p')
    line.textContent = text
    return line
  }))
}
