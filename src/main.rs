//! The one binary. `spotlight --help` says what it can do.

#[cfg(feature = "ssr")]
#[tokio::main]
async fn main() -> std::process::ExitCode {
    // One TLS provider for every client; the default feature sets would bring two and panic.
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    match spotlight::server::serve::run(spotlight::server::config::Config::read()).await {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("✗ {error:#}");
            std::process::ExitCode::FAILURE
        }
    }
}

#[cfg(not(feature = "ssr"))]
fn main() {}
