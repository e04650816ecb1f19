// From an address to the route that findings are grouped by: what tells one patient's thing from another's is left out.

const idShape = /^(?:[0-9a-f]{8}-[0-9a-f-]{20,}|[0-9a-f]{16,}|[\w-]{22,}|\d+)$/i;
const lettersMax = 120;

/** `/recordings/3f0c…/content?sig=…` is `/recordings/{id}/content`. No query: it may be a secret. */
export function routeTemplate(pathname: string): string {
  const segments = pathname.split('/').map((segment) => (idShape.test(segment) ? '{id}' : segment));
  return segments.join('/').slice(0, lettersMax);
}
