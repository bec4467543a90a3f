//! A server on this machine, for scripts that ask one.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;

/// A request, as `METHOD /path` and its body.
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) body: String,
}

/// Answers requests with a status and a body until the tests end; returns the address.
pub(crate) fn serve(answer: impl Fn(Request) -> (u16, Vec<u8>) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(&stream);
            let mut lines = reader.by_ref().lines().map_while(Result::ok);
            let line = lines.next().unwrap_or_default();
            let heads: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let length = heads.iter().find_map(|head| {
                let (name, value) = head.split_once(": ")?;
                let is_length = name.eq_ignore_ascii_case("content-length");
                is_length.then(|| value.parse().unwrap())
            });
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            let (status, body) = answer(Request {
                line: line.replace(" HTTP/1.1", ""),
                body: String::from_utf8(body).unwrap(),
            });
            let head = format!(
                "HTTP/1.1 {status} Told\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            let mut stream = &stream;
            let _ = stream.write_all(head.as_bytes());
            let _ = stream.write_all(&body);
        }
    });
    address
}
