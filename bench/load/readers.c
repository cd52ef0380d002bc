/*
 * readers: opens many connections to one server and reads, so cheaply that the server and not the reader is
 * measured. One process, one thread, epoll; what arrives is looked at once and thrown away.
 *
 *   readers ws  PORT COUNT PATH HELLO READY [COOKIES]
 *                                            WebSockets: sends HELLO, is ready once a frame holds READY; COOKIES is
 *                                            a file with the Cookie header of each connection, one a line
 *   readers raw PORT COUNT PATH               plain GET of an endless response
 *
 * Every connection says an X-Forwarded-For of its own, as listeners behind a reverse proxy do.
 * Standard input takes one command a line: `r` reports what was seen since the last report as one line of JSON,
 * `q` or its end quits. When all connections are ready, or were refused, a report is printed unasked.
 *
 * A text `@t=<nanoseconds>;` in a frame is the moment (CLOCK_MONOTONIC) at which it was sent; each one counts
 * as one delivered message, delivered when the last byte of its frame was read. A connection is reached by the first
 * one that it gets after a report.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { HANDSHAKES_AT_ONCE = 64, READ_BYTES = 1 << 18, EVENTS = 256, FRAME_LIMIT = 1 << 22, COOKIE_LIMIT = 512 };
/* Delivery times are counted in steps of 0.1 ms up to 20 s. */
enum { STEP_NS = 100000, STEPS = 200000 };

enum state { CONNECTING, HEAD, STREAM, CLOSED };

struct reader {
  int fd;
  enum state state;
  int ready, reached;
  uint64_t bytes;
  char *part;
  size_t have;
};

static struct reader *readers;
static int count, begun, settling, ready, lost, refused, told, reached;
static uint64_t bytes, frames, messages, histogram[STEPS];
static int epoll, is_ws;
static const char *path, *hello, *ready_text;
static struct sockaddr_in server;
static char buffer[READ_BYTES], cookie[COOKIE_LIMIT];
static FILE *cookies;

static uint64_t now_ns(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static double percentile(double part) {
  uint64_t seen = 0, wanted = (uint64_t)(part * (double)messages);
  for (int step = 0; step < STEPS; step++) {
    seen += histogram[step];
    if (seen > wanted || (seen == messages && seen > 0)) return (step + 1) * (STEP_NS / 1e6);
  }
  return 0;
}

static void report(void) {
  uint64_t least = UINT64_MAX;
  for (int i = 0; i < count; i++) {
    if (readers[i].state == STREAM && readers[i].bytes < least) least = readers[i].bytes;
    readers[i].bytes = 0;
    readers[i].reached = 0;
  }
  printf("{\"ready\":%d,\"lost\":%d,\"refused\":%d,\"bytes\":%llu,\"leastBytes\":%llu,\"frames\":%llu,"
         "\"messages\":%llu,\"reached\":%d,\"p50Ms\":%.1f,\"p99Ms\":%.1f,\"maxMs\":%.1f}\n",
         ready, lost, refused, (unsigned long long)bytes, (unsigned long long)(least == UINT64_MAX ? 0 : least),
         (unsigned long long)frames, (unsigned long long)messages, reached, percentile(0.5), percentile(0.99),
         percentile(1));
  fflush(stdout);
  bytes = frames = messages = 0;
  reached = 0;
  memset(histogram, 0, sizeof histogram);
}

static void drop(struct reader *r) {
  if (r->state == CLOSED) return;
  if (r->ready) {
    ready--;
    lost++;
  } else {
    settling--;
    refused++;
  }
  close(r->fd);
  free(r->part);
  r->part = NULL;
  r->have = 0;
  r->state = CLOSED;
}

static void set_ready(struct reader *r) {
  if (r->ready) return;
  r->ready = 1;
  settling--;
  ready++;
}

static int send_all(struct reader *r, const char *data, size_t length) {
  return send(r->fd, data, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* A client frame; the masking key is zero, so that the payload stays as it is. */
static void send_frame(struct reader *r, int opcode, const char *data, size_t length) {
  char frame[1024];
  size_t head = length < 126 ? 6 : 8;
  if (length + head > sizeof frame) return;
  memset(frame, 0, head);
  frame[0] = (char)(0x80 | opcode);
  frame[1] = (char)(0x80 | (length < 126 ? length : 126));
  if (length >= 126) {
    frame[2] = (char)(length >> 8);
    frame[3] = (char)length;
  }
  memcpy(frame + head, data, length);
  if (!send_all(r, frame, head + length)) drop(r);
}

static void take_text(struct reader *r, const char *text, size_t length, uint64_t now) {
  static const char mark[] = "@t=";
  const char *end = text + length, *at = text;
  frames++;
  if (!r->ready && memmem(text, length, ready_text, strlen(ready_text))) set_ready(r);
  /* Engine.IO, which Socket.IO speaks, pings with a text of its own. */
  if (length == 1 && *text == '2') {
    send_frame(r, 1, "3", 1);
    return;
  }
  while ((at = memmem(at, (size_t)(end - at), mark, sizeof mark - 1))) {
    uint64_t sent = 0;
    at += sizeof mark - 1;
    while (at < end && *at >= '0' && *at <= '9') sent = sent * 10 + (uint64_t)(*at++ - '0');
    uint64_t step = now > sent ? (now - sent) / STEP_NS : 0;
    histogram[step < STEPS ? step : STEPS - 1]++;
    messages++;
    if (!r->reached) reached += r->reached = 1;
  }
}

/* Takes one whole frame; gives its length, or 0 when more bytes are needed. */
static size_t take_frame(struct reader *r, const char *data, size_t length, uint64_t now) {
  const unsigned char *head = (const unsigned char *)data;
  if (length < 2) return 0;
  size_t headLength = 2, payload = head[1] & 0x7f;
  if (payload == 126) {
    if (length < 4) return 0;
    headLength = 4;
    payload = (size_t)head[2] << 8 | head[3];
  } else if (payload == 127) {
    if (length < 10) return 0;
    headLength = 10;
    payload = 0;
    for (int i = 2; i < 10; i++) payload = payload << 8 | head[i];
  }
  if (length < headLength + payload) return 0;
  int opcode = head[0] & 0x0f;
  if (opcode == 1) take_text(r, data + headLength, payload, now);
  else if (opcode == 9) send_frame(r, 10, data + headLength, payload);
  else if (opcode == 8) drop(r);
  return headLength + payload;
}

static void take_stream(struct reader *r, const char *data, size_t length) {
  bytes += length;
  r->bytes += length;
  if (!is_ws) return;
  uint64_t now = now_ns();
  if (r->have > 0) {
    if (r->have + length > FRAME_LIMIT || !(r->part = realloc(r->part, r->have + length))) {
      drop(r);
      return;
    }
    memcpy(r->part + r->have, data, length);
    data = r->part;
    length += r->have;
  }
  size_t done = 0, taken;
  while (r->state == STREAM && (taken = take_frame(r, data + done, length - done, now))) done += taken;
  if (r->state != STREAM) return;
  size_t left = length - done;
  char *rest = NULL;
  if (left > 0 && !(rest = malloc(left))) exit(1);
  if (left > 0) memcpy(rest, data + done, left);
  free(r->part);
  r->part = rest;
  r->have = left;
}

/* The response head comes in one piece from every server measured; what follows it is the stream already. */
static void take_head(struct reader *r, char *data, size_t length) {
  char *end = memmem(data, length, "\r\n\r\n", 4);
  int good = length > 12 && memmem(data, 13, is_ws ? " 101" : " 200", 4) != NULL;
  if (!end || !good) {
    if (refused == 0) fprintf(stderr, "refused: %.*s\n", (int)length, data);
    drop(r);
    return;
  }
  r->state = STREAM;
  if (is_ws) send_frame(r, 1, hello, strlen(hello));
  else set_ready(r);
  size_t head = (size_t)(end + 4 - data);
  if (length > head && r->state == STREAM) take_stream(r, data + head, length - head);
}

/* Headers of somebody who is signed in: connections take the cookies in the order in which they are made. */
static const char *signed_in(void) {
  static char headers[COOKIE_LIMIT + 64];
  if (!cookies) return "";
  if (!fgets(cookie, sizeof cookie, cookies)) {
    fprintf(stderr, "fewer cookies than connections\n");
    exit(1);
  }
  cookie[strcspn(cookie, "\n")] = 0;
  snprintf(headers, sizeof headers, "Origin: http://localhost:%d\r\nCookie: %s\r\n", ntohs(server.sin_port), cookie);
  return headers;
}

static void connected(struct reader *r) {
  char request[2048];
  int i = (int)(r - readers);
  int length = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: localhost:%d\r\nX-Forwarded-For: 10.%d.%d.%d\r\n%s%s\r\n",
                        path, ntohs(server.sin_port), i / 62500, i / 250 % 250, i % 250 + 1, signed_in(),
                        is_ws ? "Connection: Upgrade\r\nUpgrade: websocket\r\n"
                                "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
                              : "");
  struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
  r->state = HEAD;
  epoll_ctl(epoll, EPOLL_CTL_MOD, r->fd, &event);
  if (!send_all(r, request, (size_t)length)) drop(r);
}

static void begin(void) {
  struct reader *r = &readers[begun];
  struct epoll_event event = {.events = EPOLLOUT, .data.u32 = (uint32_t)begun};
  begun++;
  settling++;
  r->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  if (r->fd < 0) {
    perror("socket");
    exit(1);
  }
  epoll_ctl(epoll, EPOLL_CTL_ADD, r->fd, &event);
  if (connect(r->fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS) drop(r);
}

static void serve(struct reader *r) {
  if (r->state == CONNECTING) {
    connected(r);
    return;
  }
  if (r->state == CLOSED) return;
  ssize_t length = read(r->fd, buffer, sizeof buffer);
  if (length > 0) {
    if (r->state == HEAD) take_head(r, buffer, (size_t)length);
    else take_stream(r, buffer, (size_t)length);
  } else if (length == 0 || (errno != EAGAIN && errno != EINTR)) {
    drop(r);
  }
}

/* Gives 0 when it is time to quit. */
static int obey(void) {
  char commands[64];
  ssize_t length = read(STDIN_FILENO, commands, sizeof commands);
  for (ssize_t i = 0; i < length; i++) {
    if (commands[i] == 'r') report();
    if (commands[i] == 'q') return 0;
  }
  return length > 0;
}

int main(int argc, char **argv) {
  if (argc < 5 || (strcmp(argv[1], "ws") == 0 && argc < 7)) {
    fprintf(stderr, "usage: readers ws|raw PORT COUNT PATH [HELLO READY [COOKIES]]\n");
    return 2;
  }
  is_ws = strcmp(argv[1], "ws") == 0;
  count = atoi(argv[3]);
  path = argv[4];
  hello = is_ws ? argv[5] : "";
  ready_text = is_ws ? argv[6] : "";
  if (is_ws && argc > 7 && !(cookies = fopen(argv[7], "r"))) {
    perror(argv[7]);
    return 1;
  }
  server = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[2]))};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  readers = calloc((size_t)count, sizeof *readers);
  epoll = epoll_create1(0);
  struct epoll_event input = {.events = EPOLLIN, .data.u32 = UINT32_MAX}, events[EVENTS];
  epoll_ctl(epoll, EPOLL_CTL_ADD, STDIN_FILENO, &input);
  for (;;) {
    while (begun < count && settling < HANDSHAKES_AT_ONCE) begin();
    if (!told && begun == count && settling == 0) {
      told = 1;
      report();
    }
    int seen = epoll_wait(epoll, events, EVENTS, -1);
    for (int i = 0; i < seen; i++) {
      if (events[i].data.u32 != UINT32_MAX) serve(&readers[events[i].data.u32]);
      else if (!obey()) return 0;
    }
  }
}
