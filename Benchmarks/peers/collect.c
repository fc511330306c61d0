// The limit of collecting: libcurl's multi interface, fifty calls under way, the body hashed for each signature, the answer read in one pass.
// collect URL CALLS BODY prints how many points were read.
#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { AT_ONCE = 50 };
typedef struct { CURL *curl; struct curl_slist *headers; char *bytes; size_t count, room; } Call;

static char *body, token[] = "AWS4-HMAC-SHA256 Credential=";
static size_t body_size;
static double sum;

static size_t receive(char *from, size_t size, size_t count, void *user) {
    Call *call = user;
    if (call->count + size * count + 1 > call->room) {
        call->room = (call->count + size * count) * 2 + 1;
        call->bytes = realloc(call->bytes, call->room);
        if (!call->bytes) return 0;
    }
    memcpy(call->bytes + call->count, from, size * count);
    call->count += size * count;
    return size * count;
}

static const char *number(const char *at, double *value) {
    static const double powers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18};
    const char *start = at;
    int negative = *at == '-', digits = 0, places = 0;
    if (negative) at++;
    uint64_t whole = 0;
    for (; *at >= '0' && *at <= '9'; at++, digits++) whole = whole * 10 + (uint64_t)(*at - '0');
    if (*at == '.') for (at++; *at >= '0' && *at <= '9'; at++, digits++, places++) whole = whole * 10 + (uint64_t)(*at - '0');
    if (digits > 15 || *at == 'e' || *at == 'E') {
        char *end;
        *value = strtod(start, &end);
        return end;
    }
    *value = (double)whole / powers[places];
    if (negative) *value = -*value;
    return at;
}

// Points are pairs of a time and a value: counted where the values stand, kept by adding them up.
static long points(const char *at) {
    long count = 0;
    while (*at) {
        if (*at != '"') { at++; continue; }
        const char *key = ++at;
        while (*at && *at != '"') at += *at == '\\' ? 2 : 1;
        if (!*at) break;
        size_t length = (size_t)(at++ - key);
        int is_values = length == 6 && !memcmp(key, "Values", 6);
        if (!is_values && !(length == 10 && !memcmp(key, "Timestamps", 10))) continue;
        while (*at && *at != '[') at++;
        while (*at && *at != ']') {
            double value;
            at = number(at + 1, &value);
            sum += value;
            count += is_values;
            while (*at && *at != ',' && *at != ']') at++;
        }
    }
    return count;
}

static void sign(Call *call) {
    unsigned char digest[32], key[32];
    char line[512], hex[65];
    EVP_Digest(body, body_size, digest, NULL, EVP_sha256(), NULL);
    for (int index = 0; index < 32; index++) snprintf(hex + index * 2, 3, "%02x", digest[index]);
    memcpy(key, digest, sizeof key);
    // Five keyed digests, as many as Signature Version 4 takes.
    for (int step = 0; step < 5; step++) {
        unsigned length = sizeof key;
        HMAC(EVP_sha256(), key, sizeof key, (const unsigned char *)hex, 64, key, &length);
    }
    curl_slist_free_all(call->headers);
    call->headers = curl_slist_append(NULL, "Content-Type: application/x-amz-json-1.0");
    call->headers = curl_slist_append(call->headers, "X-Amz-Target: GraniteServiceVersion20100801.GetMetricData");
    call->headers = curl_slist_append(call->headers, "Expect:");
    snprintf(line, sizeof line, "Authorization: %sPEER, Signature=%02x%02x%s", token, key[0], key[1], hex + 4);
    call->headers = curl_slist_append(call->headers, line);
    curl_easy_setopt(call->curl, CURLOPT_HTTPHEADER, call->headers);
}

int main(int count, char **arguments) {
    if (count != 4) { fputs("usage: collect URL CALLS BODY\n", stderr); return 2; }
    int calls = atoi(arguments[2]), started = 0, done = 0;
    FILE *file = fopen(arguments[3], "rb");
    if (!file) { perror(arguments[3]); return 1; }
    body = malloc(1 << 20);
    body_size = body ? fread(body, 1, 1 << 20, file) : 0;
    fclose(file);
    curl_global_init(CURL_GLOBAL_ALL);
    CURLM *multi = curl_multi_init();
    Call all[AT_ONCE] = {0};
    for (int index = 0; index < AT_ONCE && started < calls; index++, started++) {
        CURL *curl = all[index].curl = curl_easy_init();
        curl_easy_setopt(curl, CURLOPT_URL, arguments[1]);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, (long)body_size);
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &all[index]);
        curl_easy_setopt(curl, CURLOPT_PRIVATE, &all[index]);
        sign(&all[index]);
        curl_multi_add_handle(multi, curl);
    }
    long found = 0;
    while (done < calls) {
        int running, left;
        curl_multi_perform(multi, &running);
        CURLMsg *message;
        while ((message = curl_multi_info_read(multi, &left))) {
            if (message->msg != CURLMSG_DONE) continue;
            Call *call;
            curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&call);
            if (message->data.result != CURLE_OK) { fprintf(stderr, "%s\n", curl_easy_strerror(message->data.result)); return 1; }
            call->bytes[call->count] = 0;
            found += points(call->bytes);
            call->count = 0;
            done++;
            curl_multi_remove_handle(multi, call->curl);
            if (started < calls) { started++; sign(call); curl_multi_add_handle(multi, call->curl); }
        }
        if (done < calls) curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    if (sum == 0) return 1;
    printf("%ld\n", found);
    return 0;
}
