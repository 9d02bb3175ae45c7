// The chat's few requests, and what may be said when one fails.

/** A request that did not come through. `kind`: offline, denied, gone, invalid, slow, unavailable. */
export class Refused extends Error {
  constructor(kind, { message = "", wait = 0 } = {}) {
    super(message || kind);
    this.kind = kind;
    this.wait = wait;
  }
}

const KINDS = { 401: "denied", 403: "denied", 404: "gone", 400: "invalid", 413: "invalid", 422: "invalid", 429: "slow" };

/** Requests of one assistant's chat; `token()` is the visitor's current token, if there is one. */
export function api(key, token) {
  const post = async (path, body) => {
    const headers = { "content-type": "application/json", accept: "application/json" };
    if (token()) headers.authorization = `Bearer ${token()}`;
    let response;
    try {
      const signal = AbortSignal.timeout(20_000);
      response = await fetch(`/w/${encodeURIComponent(key)}/${path}`, { method: "POST", headers, body: JSON.stringify(body), signal });
    } catch {
      throw new Refused("offline");
    }
    if (response.status === 204) return null;
    const data = await response.json().catch(() => null);
    if (response.ok && data) return data;
    throw new Refused(KINDS[response.status] ?? "unavailable", {
      message: data?.message,
      wait: Number(data?.retry_after ?? response.headers.get("retry-after")) * 1000 || 0,
    });
  };
  return {
    session: () => post("session", { token: token() ?? undefined }),
    send: (message) => post("messages", message),
    read: (upto) => post("read", { upto }),
    delivered: (upto) => post("delivered", { upto }),
  };
}
