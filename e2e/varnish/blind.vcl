vcl 4.1;
# A cache that is blind to cookies, as many a rented one is: GET loses them, and pages are found by their address alone.
# For `cache_in_front = "blind"`. `/reading` and POST are passed with the cookie.

backend house {
    .host = "HOUSE_HOST";
    .port = "HOUSE_PORT";
}

sub vcl_recv {
    if (req.method != "GET" && req.method != "HEAD") {
        return (pass);
    }
    # Also below /media/: pictures inside a locked text belong to those who opened it.
    if (req.url ~ "/reading$" || req.url ~ "^/media/[^/]+/") {
        return (pass);
    }
    unset req.http.Cookie;
}

sub vcl_hash {
    hash_data(req.url);
    return (lookup);
}

sub vcl_deliver {
    # For tests and for the curious: whether the answer came from the cache.
    if (obj.hits > 0) {
        set resp.http.X-Kept = "yes";
    } else {
        set resp.http.X-Kept = "no";
    }
}
