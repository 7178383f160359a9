vcl 4.1;
# A cache that respects cookies: whoever brings one is passed on to the house, everybody else shares what is kept.
# For `cache_in_front = "respects_cookies"`; safe in front of every mode.

backend house {
    .host = "HOUSE_HOST";
    .port = "HOUSE_PORT";
}

sub vcl_recv {
    # Varnish's own rules come behind this: POST is passed, and so is a request with a cookie.
    if (req.url ~ "/reading$") {
        return (pass);
    }
}

sub vcl_deliver {
    # For tests and for the curious: whether the answer came from the cache.
    if (obj.hits > 0) {
        set resp.http.X-Kept = "yes";
    } else {
        set resp.http.X-Kept = "no";
    }
}
