//! What a message advises can be done by the host that asked, which Configure tells.

use terraform_provider_curated::tf_provider::value::Value;

use crate::support::emulator::Emulator;
use crate::support::host::{Host, provider_config, web};
use crate::support::stage::REGION;

#[tokio::test]
async fn a_name_that_is_taken_is_told_in_the_words_of_the_host() {
    let emulator = Emulator::start();
    let id = emulator.create_group(REGION, "web");
    let provider = provider_config(emulator.endpoint(), REGION);
    let host = Host::start();
    // One process may serve several runs, as debugged ones do: the last host counts.
    for (version, advice, foreign) in [
        ("1.11.4", format!("id = \"{REGION}/{id}\"\n  }}"), "pulumi"),
        (
            "1.4.6",
            format!("`terraform import curated_security_group.NAME {REGION}/{id}`"),
            "import {",
        ),
        (
            "1.0.0+pulumi-terraform-bridge",
            format!("set the resource option import to \"{REGION}/{id}\""),
            "curated_security_group",
        ),
    ] {
        assert_eq!(host.configure_as(version, &provider).await, []);
        let said = host.plan(&Value::Null, &web([])).await.messages;
        let [said] = said.as_slice() else {
            panic!("{version}: {said:?}");
        };
        assert!(
            said.is_error && said.detail.contains(&advice),
            "{version}: {said:?}"
        );
        assert!(!said.detail.contains(foreign), "{version}: {said:?}");
        // Nothing is in this state: there is nothing to destroy.
        assert!(!said.detail.contains("destroy"), "{version}: {said:?}");
    }
}
