//! Logs to standard error, and metrics for whoever asks `/metrics`.

use crate::server::config::LogFormat;
use anyhow::Context;
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};
use std::time::Duration;
use tracing_subscriber::{EnvFilter, fmt};

/// What is logged where RUST_LOG says nothing.
const FILTER: &str = "info,sqlx=warn,hyper=warn,h2=warn,rustls=warn,graphile_worker=warn";
/// Upper edges of the histograms of everything whose name ends in `_seconds`.
const SECONDS: [f64; 13] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// Starts the log. Once a process. The filter is RUST_LOG, or the default.
///
/// # Errors
/// When a log was started before, or RUST_LOG cannot be read.
pub fn start_log(format: LogFormat) -> anyhow::Result<()> {
    let filter = match std::env::var("RUST_LOG") {
        Ok(filter) if !filter.is_empty() => EnvFilter::try_new(filter).context("reading RUST_LOG")?,
        _ => EnvFilter::new(FILTER),
    };
    let log = fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let started = match format {
        LogFormat::Text => log.with_target(false).try_init(),
        LogFormat::Json => log.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
    started.map_err(|error| anyhow::anyhow!("starting the log: {error}"))
}

/// Starts collecting what the `metrics` macros report; its `render()` is the text of `/metrics`.
/// Once a process, inside a tokio runtime: a task keeps histograms small while nobody asks.
///
/// # Errors
/// When collecting was started before.
pub fn start_metrics() -> anyhow::Result<PrometheusHandle> {
    let handle = PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &SECONDS)
        .and_then(PrometheusBuilder::install_recorder)
        .context("starting the metrics")?;
    let kept = handle.clone();
    tokio::spawn(async move {
        let mut pause = tokio::time::interval(Duration::from_secs(5));
        loop {
            pause.tick().await;
            kept.run_upkeep();
        }
    });
    Ok(handle)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_counted_is_rendered() {
        let metrics = start_metrics().unwrap();
        metrics::counter!("letters_total", "kind" => "invite").increment(2);
        metrics::histogram!("request_seconds").record(0.003);
        let text = metrics.render();
        assert!(text.contains("letters_total{kind=\"invite\"} 2"), "{text}");
        assert!(text.contains("request_seconds_bucket{le=\"0.005\"} 1"), "{text}");
    }
}
