#include <curl/curl.h>
#include <string.h>

// libcurl's option functions are variadic, which Swift cannot call: one typed door for each kind of argument.

static inline CURLcode ccurl_set_long(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_size(CURL *handle, CURLoption option, curl_off_t value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_text(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_pointer(CURL *handle, CURLoption option, const void *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_list(CURL *handle, CURLoption option, struct curl_slist *value) { return curl_easy_setopt(handle, option, value); }

// WRITEFUNCTION, HEADERFUNCTION and READFUNCTION share one shape.
static inline CURLcode ccurl_set_stream(CURL *handle, CURLoption option, curl_write_callback value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode ccurl_set_open_socket(CURL *handle, curl_opensocket_callback value) { return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, value); }
static inline CURLcode ccurl_set_before_request(CURL *handle, curl_prereq_callback value) { return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, value); }
static inline CURLcode ccurl_set_progress(CURL *handle, curl_xferinfo_callback value) { return curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, value); }

static inline CURLcode ccurl_get_long(CURL *handle, CURLINFO info, long *value) { return curl_easy_getinfo(handle, info, value); }
static inline CURLcode ccurl_get_size(CURL *handle, CURLINFO info, curl_off_t *value) { return curl_easy_getinfo(handle, info, value); }

// The end of validity of the certificate at `index` of the chain that the other side sent, in OpenSSL's words; null where there is none.
static inline const char *ccurl_expire_date(CURL *handle, int index) {
    struct curl_certinfo *chain = NULL;
    if (curl_easy_getinfo(handle, CURLINFO_CERTINFO, &chain) != CURLE_OK || chain == NULL || index < 0 || index >= chain->num_of_certs) return NULL;
    for (const struct curl_slist *line = chain->certinfo[index]; line != NULL; line = line->next)
        if (line->data != NULL && strncmp(line->data, "Expire date:", 12) == 0) return line->data + 12;
    return NULL;
}

static inline CURLMcode ccurl_multi_set_long(CURLM *handle, CURLMoption option, long value) { return curl_multi_setopt(handle, option, value); }

// The result sits in a union.
static inline CURLcode ccurl_message_result(const CURLMsg *message) { return message->data.result; }
