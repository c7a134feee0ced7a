// Before somebody is signed out because nothing happened, the page says so and one press keeps them signed in.
// A page that was forgotten in another window says when it is too late: what was typed still stands on it.
const WARN_SECONDS = 120

export function warnOfEnd (box) {
  const [ask, told] = [box.querySelector('[data-stay-ask]'), box.querySelector('[data-stay-told]')]
  const form = box.querySelector('form')
  const timers = []

  const show = (words) => {
    box.hidden = false
    ask.hidden = words !== ask
    told.hidden = words !== told
  }
  const wait = (seconds) => {
    timers.splice(0).forEach(clearTimeout)
    box.hidden = true
    timers.push(setTimeout(() => show(ask), Math.max(0, seconds - WARN_SECONDS) * 1000))
    timers.push(setTimeout(() => { show(told) }, seconds * 1000))
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'error' })
      .then((answer) => answer.ok ? answer.json() : Promise.reject(answer))
      .then(({ seconds }) => wait(seconds))
      .catch(() => show(told))
  })
  wait(Number(box.dataset.stay))
}
