// The board: "Still right" without loading the page again. The next button takes the focus, a status says what was
// done and how many are left. Where anything fails, the form is sent as it would be without this script.
export function confirmOnBoard (list) {
  const status = document.getElementById('told-words')
  const undo = document.getElementById('undo')
  let busy = false

  async function send (form) {
    const answer = await fetch(form.action, {
      method: 'POST',
      body: new FormData(form),
      headers: { Accept: 'application/json' },
      redirect: 'error'
    })
    if (!answer.ok) throw new Error(`answered ${answer.status}`)
    return await answer.json()
  }

  function goOn (row, said) {
    const buttons = [...list.querySelectorAll('[data-confirm] button')]
    const own = row.querySelector('[data-confirm] button')
    const next = buttons[buttons.indexOf(own) + 1] ?? buttons.find((one) => one !== own)
    const section = row.closest('section')
    row.remove()
    if (!section.querySelector('li')) section.remove()
    status.textContent = said.words
    undo.elements.key.value = said.key
    undo.hidden = false
    document.getElementById('left').hidden = true
    if (next) {
      next.focus()
    } else {
      const address = new URL(window.location.href)
      address.searchParams.set('done', said.key)
      address.searchParams.set('next', 'first')
      window.location.assign(address)
    }
  }

  list.addEventListener('submit', async (event) => {
    const form = event.target
    if (!form.matches('[data-confirm]')) return
    event.preventDefault()
    if (busy) return
    busy = true
    try {
      goOn(form.closest('li'), await send(form))
    } catch (error) {
      console.error(error)
      status.textContent = list.dataset.failed
      form.submit()
    }
    busy = false
  })
}
