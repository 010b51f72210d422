"""Addresses that would make a careless server ask itself or its neighbours; {port} is where the test listens."""

LOOPBACK = (
    *("127.0.0.1", "127.1", "127.0.1", "0", "0.0.0.0", "0x7f000001", "0x7f.1", "0x7F.0x0.0x0.0x1", "017700000001"),
    *("2130706433", "0177.0.0.1", "0177.1", "127.0.0.1.", "127.127.127.127", "localhost", "localhost.", "LOCALHOST"),
    *(
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
    ),
    *(
        "[2002:7f00:1::]",
        "127。0。0。1",
        "127．0．0．1",
        "①②⑦.⓪.⓪.①",
        "１２７.0.0.1",
        "%31%32%37.0.0.1",
        "127.0.0.1%2e",
    ),
    *("loc\u00adalhost", "ⓛocalhost", "ip6-localhost", "localhost.localdomain", "127.0.0.1.nip.example"),
    *("spoofed.localtest.example", "7f000001.c0a80001.rbndr.example", "a.rebind.example"),
)
NEIGHBOURS = (
    *(
        "169.254.169.254",
        "2852039166",
        "0xA9FEA9FE",
        "0251.0376.0251.0376",
        "[::ffff:169.254.169.254]",
        "[fd00:ec2::254]",
    ),
    *(
        "169.254.43518",
        "metadata.internal.example",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "192.168.257",
        "100.64.0.1",
    ),
    *("[fc00::1]", "[fe80::1]", "224.0.0.1", "255.255.255.255", "[ff02::1]", "0.0.0.1", "198.18.0.1"),
)
WAYS = (
    *("http://{host}:{port}/", "https://{host}:{port}/x", "{host}:{port}", "http://a.example@{host}:{port}/"),
    *("http://{host}:{port}@a.example/", "http://a.example\\@{host}:{port}/", "http:\\\\{host}:{port}\\"),
)
ELSE = (
    *(
        "http://{host}:{port}#@a.example/",
        "http://{host}:{port}?@a.example/",
        "hxxp://{host}[:]{port}/",
        "//{host}:{port}/",
    ),
    *("http:{host}:{port}", "http:///{host}:{port}/", "view-source:http://{host}:{port}/", "<http://{host}:{port}/>"),
    *("http://{host}:{port}/%0d%0aHost:%20b", "http://{host}:{port}/\r\nX: y", "http://{host}%00.a.example:{port}/"),
    *("http://a.example/?to=http://{host}:{port}/", "http://a.example/redirect/http://{host}:{port}/"),
    *("https://web.archive.org/web/2020/http://{host}:{port}/", "https://href.li/?http://{host}:{port}/"),
    *(
        "https://translate.google.com/translate?u=http://{host}:{port}/",
        "https://www.google.com/url?q=http://{host}:{port}/",
    ),
    *("http://webcache.googleusercontent.com/search?q=cache:x:http://{host}:{port}/", "https://bit.ly/{port}"),
    *("file:///etc/passwd", "file://{host}:{port}/x", "gopher://{host}:{port}/_GET%20/", "dict://{host}:{port}/stat"),
    *(
        "ftp://{host}:{port}/",
        "ftps://{host}:{port}/",
        "sftp://{host}:{port}/",
        "tftp://{host}:{port}/x",
        "ldap://{host}:{port}/",
    ),
    *(
        "ldaps://{host}:{port}/",
        "jar:http://{host}:{port}!/",
        "netdoc:///etc/passwd",
        "php://filter/resource=http://{host}:{port}",
    ),
    *("expect://id", "ws://{host}:{port}/", "wss://{host}:{port}/", "smb://{host}:{port}/", "\\\\{host}@{port}\\x"),
    *(
        "unix:/var/run/docker.sock",
        "data:text/plain,x",
        "javascript:fetch('http://{host}:{port}')",
        "telnet://{host}:{port}",
    ),
    *(
        "imap://{host}:{port}/",
        "smtp://{host}:{port}/",
        "rtsp://{host}:{port}/",
        "redis://{host}:{port}/",
        "about:blank",
    ),
    *(
        "http://{host}:{port}\u202e/",
        "\u2066http://{host}:{port}/\u2069",
        "http://{host}:{port}/\x00",
        "$(curl {host}:{port})",
    ),
    *(
        "`curl http://{host}:{port}`",
        "http://a.example; curl {host}:{port}",
        "| nc {host} {port}",
        "@{host}:{port}",
        "--{host}:{port}",
    ),
)

VECTORS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [way.replace("{host}", host) for host in (*LOOPBACK, *NEIGHBOURS) for way in WAYS]
        + [way.replace("{host}", host) for way in ELSE for host in ("127.0.0.1", "[::1]")]
    )
)
