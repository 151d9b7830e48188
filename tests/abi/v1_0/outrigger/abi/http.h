/* Host extension "outrigger.http/1": requests to the web hosts that the admin granted.
 *
 * The host resolves the name, refuses addresses of private networks unless they are granted, verifies certificates,
 * follows up to five redirects and checks each against the grant again, and bounds the reply. A secret is named, never
 * seen: the host puts it into the request.
 */
#ifndef OUTRIGGER_ABI_HTTP_H
#define OUTRIGGER_ABI_HTTP_H

#include "../abi.h"

#ifdef __cplusplus
extern "C" {
#endif

#define OR_HTTP_ID "outrigger.http/1"

/* Borrowed for the call. */
typedef struct or_http_request {
  uint32_t struct_size;
  uint32_t reserved;
  or_str method;           /* "GET", "PROPFIND", any token; empty: GET */
  or_str url;              /* https://host/path; http only where the grant says so */
  const or_value* headers; /* NULL, or an array of [name, value] */
  or_str body;             /* raw bytes */
  or_str secret;           /* empty, or the name of a secret (abi/secrets.h) */
  or_str secret_as;        /* "bearer", "basic" (the secret is user:password), or "header:NAME" */
  int64_t deadline_ms;     /* 0: 30 seconds; at most 10 minutes */
  int64_t largest_reply;   /* bytes; 0: 16 MiB */
} or_http_request;

typedef struct or_http_v1 {
  uint32_t struct_size;
  uint32_t reserved;
  void* ctx; /* first argument of every function */
  /* [any-thread] *reply, handed over: an object with status (int), url (of the last redirect), headers (array of [name
   * in lower case, value]) and body (bytes). A status of 400 or above is a reply, not an error. request is borrowed. */
  or_status (*request)(void* ctx, const or_http_request* request, or_doc* reply, or_error* error);
} or_http_v1;

#ifdef __cplusplus
}
#endif

#endif /* OUTRIGGER_ABI_HTTP_H */
