//! Messages about settings of the network: proxies, certificates and endpoints.

use super::explanation::{Argument, Explanation};
use crate::ec2::errors::{NetworkError, SettingSource};

pub(super) fn refused(error: &NetworkError) -> Explanation {
    match error {
        NetworkError::Bundle {
            setting,
            path,
            cause,
        } => {
            let detail = format!(
                "{}: {cause}.\n\n{setting} names a file that holds certificates in PEM form, \
                 each between its BEGIN CERTIFICATE and END CERTIFICATE lines: those of the \
                 authorities to trust.",
                path.display()
            );
            placed(*setting, "Can't read the CA bundle", detail)
        }
        NetworkError::Proxy(setting) => placed(
            *setting,
            &format!("{setting} is not the address of a proxy"),
            PROXY_FORM.to_owned(),
        ),
    }
}

/// The form of a proxy's address.
pub(crate) const PROXY_FORM: &str = "A proxy is named as \"http://host:port\" or \
     \"https://host:port\", with \"user:password@\" before the host where it asks for that. \
     Characters of user and password that mean something in an address are written as in \
     \"%40\" for \"@\". Proxies of other kinds, such as SOCKS, aren't supported.";

fn placed(setting: SettingSource, summary: &str, detail: String) -> Explanation {
    let explanation = Explanation::new(summary, detail);
    match setting {
        SettingSource::Argument(name) => explanation.at(Argument::named(name)),
        _ => explanation,
    }
}
