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
  /** Sends one file; only this kind of request says how far it has come. */
  const upload = (file, id, progress, signal) => new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/w/${encodeURIComponent(key)}/files`);
    request.setRequestHeader("authorization", `Bearer ${token()}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => progress(Math.floor((loaded * 100) / total));
    request.onloadend = () => {
      if (request.status === 200 && request.response) return resolve(request.response);
      reject(new Refused(request.status ? (KINDS[request.status] ?? "unavailable") : "offline", { message: request.response?.message }));
    };
    signal.addEventListener("abort", () => request.abort());
    const form = new FormData();
    form.append("id", id);
    form.append("file", file, file.name);
    request.send(form);
  });
  const file = async (id) => {
    const response = await fetch(`/w/${encodeURIComponent(key)}/files/${id}`, { headers: { authorization: `Bearer ${token()}` } });
    if (!response.ok) throw new Refused(KINDS[response.status] ?? "unavailable");
    return response.blob();
  };
  return {
    upload,
    file,
    session: () => post("session", { token: token() ?? undefined }),
    send: (message) => post("messages", message),
    read: (upto) => post("read", { upto }),
    delivered: (upto) => post("delivered", { upto }),
  };
}
