//! What an open socket costs. The figure means something where each test is a process of its own.

use super::*;
use crate::server::testing::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// Pages of memory this process has in use, in bytes.
fn in_use() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap();
    statm.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * 4096
}

/// A client that costs next to nothing: the handshake and the first frames by hand.
async fn bare(address: &str, cookie: &str) -> TcpStream {
    let host = address.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).await.unwrap();
    let ask = format!(
        "GET /live HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nCookie: {cookie}\r\n\r\n"
    );
    stream.write_all(ask.as_bytes()).await.unwrap();
    for (frame, answer) in [
        (None, "101 Switching"),
        (Some(r#"{"t":"hello","v":1}"#), "hello"),
        (Some(r#"{"t":"subscribe","topic":"inbox","since":0}"#), "subscribed"),
    ] {
        if let Some(frame) = frame {
            // A masked text frame; the mask is zero.
            let mut bytes = vec![0x81, 0x80 | frame.len() as u8, 0, 0, 0, 0];
            bytes.extend_from_slice(frame.as_bytes());
            stream.write_all(&bytes).await.unwrap();
        }
        let mut said = [0; 1024];
        let count = timeout(LONG, stream.read(&mut said)).await.unwrap().unwrap();
        let said = String::from_utf8_lossy(&said[..count]);
        assert!(said.contains(answer), "{said}");
    }
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_idle_sockets_are_small() {
    let test = TestApp::new().await;
    let company = test.company("Meridian").await;
    let address = test.serve().await;
    let cookie = test.cookie(&company.manager).await;
    // Sixteen at once: these clients answer no pings, and after a minute the first would be let go.
    let open = async |count: usize| -> Vec<TcpStream> {
        let opening: Vec<_> = (0..count).map(|_| bare(&address, &cookie)).collect();
        futures::stream::iter(opening).buffer_unordered(16).collect().await
    };
    // Pools, caches and the allocator's own stock are not what is measured.
    let _warm = open(200).await;
    let before = in_use();
    let _held = open(1_000).await;
    let each = in_use().saturating_sub(before) as f64 / 1_000.0 / 1024.0;
    assert_eq!(test.app.hub.sockets(), 1_200);
    eprintln!("{each:.1} KiB an idle socket, the server's and the client's end together, debug build");
    assert!(each < 32.0, "{each:.1} KiB an idle socket");
}
