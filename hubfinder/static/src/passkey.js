// Passkeys: asks the browser to make or to use one, and sends its answer with the form that waits for it.
// Without this script the form stays hidden, and a code from an app is the way.
const bytesOf = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0))
const textOf = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')

function optionsFor (options) {
  const listed = (list) => (list || []).map((one) => ({ ...one, id: bytesOf(one.id) }))
  const asked = { ...options, challenge: bytesOf(options.challenge) }
  if (options.user) asked.user = { ...options.user, id: bytesOf(options.user.id) }
  if (options.allowCredentials) asked.allowCredentials = listed(options.allowCredentials)
  if (options.excludeCredentials) asked.excludeCredentials = listed(options.excludeCredentials)
  return { publicKey: asked }
}

function answerOf (credential) {
  const said = credential.response
  const response = {}
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (said[part]) response[part] = textOf(said[part])
  }
  if (said.getTransports) response.transports = said.getTransports()
  return JSON.stringify({
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment
  })
}

export function offerPasskey (form) {
  if (!window.isSecureContext || !window.PublicKeyCredential) return
  const told = form.querySelector('[role=status]')
  form.hidden = false
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    told.textContent = ''
    navigator.credentials[form.dataset.passkeyDoes](optionsFor(JSON.parse(form.dataset.passkey)))
      .then((credential) => {
        form.elements.credential.value = answerOf(credential)
        form.submit()
      })
      .catch(() => { told.textContent = form.dataset.passkeyFailed })
  })
}
