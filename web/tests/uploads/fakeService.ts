/** A service that takes files in parts, behind a stub of XMLHttpRequest; the rest of the way is ours. */

type Part = { name: string; replaces: string | null; sha256: string | null; length: number; bytes: number }
type Refusal = { status: number; body: object }

export class FakeService {
  readonly uploads = new Map<string, Part>()
  readonly requests: string[] = []
  readonly dropped: string[] = []
  isReachable = true
  isSignedIn = true
  csrfToken = 'first'
  /** Refuses what it is given a refusal for. */
  refuse: (method: string, part: Part | null) => Refusal | null = () => null
  /** How many bytes of parts may still come before the connection is lost. */
  room = Number.POSITIVE_INFINITY
  private made = 0

  answer(method: string, path: string, headers: Map<string, string>, body: Blob | null) {
    this.requests.push(`${method} ${path}`)
    const header = (name: string) => headers.get(name.toLowerCase()) ?? null
    const said = (status: number, told: object = {}, out: Record<string, string> = {}) => ({
      status,
      text: JSON.stringify(told),
      headers: new Map(
        Object.entries({ 'Tus-Resumable': '1.0.0', ...out }).map(([k, v]) => [k.toLowerCase(), v]),
      ),
    })
    if (!this.isSignedIn) return said(401, { code: 'session_expired', message: '登录已过期。' })
    if (method !== 'HEAD' && header('X-CSRF-Token') !== this.csrfToken)
      return said(403, { code: 'csrf_refused', message: '页面已失效。' })
    if (method === 'POST') {
      const meta = metadataOf(header('Upload-Metadata') ?? '')
      const part: Part = {
        name: meta['filename'] ?? '',
        replaces: meta['replaces'] ?? null,
        sha256: meta['sha256'] ?? null,
        length: Number(header('Upload-Length')),
        bytes: 0,
      }
      const refusal = this.refuse('POST', part)
      if (refusal !== null) return said(refusal.status, refusal.body)
      const id = `${(this.made += 1)}`.padStart(32, '0')
      this.uploads.set(id, part)
      return said(201, {}, { Location: `/api/v1/uploads/${id}`, 'Upload-Offset': '0' })
    }
    const id = path.split('/').at(-1) ?? ''
    const part = this.uploads.get(id)
    if (part === undefined) return said(404, { code: 'upload_not_found', message: '没有。' })
    if (method === 'HEAD')
      return said(200, {}, { 'Upload-Offset': `${part.bytes}`, 'Upload-Length': `${part.length}` })
    if (method === 'DELETE') {
      this.uploads.delete(id)
      this.dropped.push(part.name)
      return said(204)
    }
    const refusal = this.refuse(method, part)
    if (refusal !== null) return said(refusal.status, refusal.body)
    part.bytes += body?.size ?? 0
    return said(204, {}, { 'Upload-Offset': `${part.bytes}` })
  }

  /** Return the stub. */
  get XMLHttpRequest() {
    // eslint-disable-next-line @typescript-eslint/no-this-alias
    const service = this
    return class {
      upload: { onprogress: ((event: { loaded: number }) => void) | null } = { onprogress: null }
      onload: (() => void) | null = null
      onerror: (() => void) | null = null
      status = 0
      responseText = ''
      private method = ''
      private path = ''
      private sent = new Map<string, string>()
      private got = new Map<string, string>()
      private isAborted = false

      open(method: string, url: string): void {
        this.method = method
        this.path = new URL(url, 'http://localhost').pathname
      }

      setRequestHeader(name: string, value: string): void {
        this.sent.set(name.toLowerCase(), value)
      }

      getResponseHeader(name: string): string | null {
        return this.got.get(name.toLowerCase()) ?? null
      }

      abort(): void {
        this.isAborted = true
      }

      send(body: Blob | null): void {
        setTimeout(() => {
          if (this.isAborted) return
          const size = this.method === 'PATCH' ? (body?.size ?? 0) : 0
          if (size > service.room) service.isReachable = false
          else service.room -= size
          if (!service.isReachable) return this.onerror?.()
          if (body) this.upload.onprogress?.({ loaded: body.size })
          const answer = service.answer(this.method, this.path, this.sent, body)
          this.status = answer.status
          this.responseText = answer.text
          this.got = answer.headers
          this.onload?.()
        })
      }
    }
  }
}

function metadataOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [key, value] = pair.trim().split(' ')
      return [key, new TextDecoder().decode(Uint8Array.from(atob(value ?? ''), (one) => one.charCodeAt(0)))]
    }),
  )
}
