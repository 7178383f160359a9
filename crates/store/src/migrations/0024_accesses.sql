-- What the paper's articles ask of their readers, and how many came out: looked up by access and time, whatever else is in the paper.
CREATE INDEX articles_by_access ON articles (access, published_at) WHERE listed;
