/** How files travel in parts: signed as all calls are, and once more after a sign-in that had run out. */
import type { FileReader, HttpRequest, HttpResponse, HttpStack } from 'tus-js-client'
import { isMended, tokenHeader } from './client'

/** Requests of the protocol; XMLHttpRequest tells how much has been sent, which fetch does not. */
export class SignedStack implements HttpStack {
  createRequest(method: string, url: string): HttpRequest {
    return new SignedRequest(method, url)
  }

  getName(): string {
    return 'SignedStack'
  }
}

class SignedRequest implements HttpRequest {
  private readonly headers = new Map<string, string>()
  private onSent: (bytes: number) => void = () => undefined
  private request: XMLHttpRequest | null = null
  private isAborted = false

  constructor(
    private readonly method: string,
    private readonly url: string,
  ) {}

  getMethod(): string {
    return this.method
  }

  getURL(): string {
    return this.url
  }

  setHeader(header: string, value: string): void {
    this.headers.set(header, value)
  }

  getHeader(header: string): string | undefined {
    return this.headers.get(header)
  }

  setProgressHandler(handler: (bytesSent: number) => void): void {
    this.onSent = handler
  }

  async send(body: XMLHttpRequestBodyInit | null = null): Promise<HttpResponse> {
    const answer = await this.sendOnce(body)
    const path = new URL(this.url, globalThis.location.origin).pathname
    const isAgain = await isMended(path, answer.getStatus(), async () => answer.getBody())
    if (this.isAborted) return neverAnswered()
    return isAgain ? this.sendOnce(body) : answer
  }

  abort(): Promise<void> {
    this.isAborted = true
    this.request?.abort()
    return Promise.resolve()
  }

  getUnderlyingObject(): XMLHttpRequest | null {
    return this.request
  }

  private sendOnce(body: XMLHttpRequestBodyInit | null): Promise<HttpResponse> {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest()
      this.request = request
      request.open(this.method, this.url, true)
      const token = tokenHeader(this.method)
      for (const [name, value] of token === null ? this.headers : [...this.headers, token])
        request.setRequestHeader(name, value)
      request.upload.onprogress = (event) => this.onSent(event.loaded)
      request.onload = () => resolve(new Answer(request))
      request.onerror = () => reject(new TypeError('network'))
      request.send(body)
    })
  }
}

/** What an aborted call gives: nothing, ever. */
function neverAnswered(): Promise<HttpResponse> {
  return new Promise(() => undefined)
}

class Answer implements HttpResponse {
  constructor(private readonly request: XMLHttpRequest) {}

  getStatus(): number {
    return this.request.status
  }

  getHeader(header: string): string | undefined {
    return this.request.getResponseHeader(header) ?? undefined
  }

  getBody(): string {
    return this.request.responseText
  }

  getUnderlyingObject(): XMLHttpRequest {
    return this.request
  }
}

/** Reads files part by part; never a whole one into memory. */
export const partReader: FileReader = {
  openFile: async (file: File) => ({
    size: file.size,
    slice: async (start: number, end: number) => ({
      value: file.slice(start, end),
      done: end >= file.size,
    }),
    close: () => undefined,
  }),
}
