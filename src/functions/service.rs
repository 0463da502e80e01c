//! The function `service`: the traffic that a service of the built-in catalog lets through.

use super::{arguments, rule};
use crate::catalog::Catalog;
use crate::rules::one_of;
use crate::tf_provider::function::{Function, FunctionError, Parameter, Signature};
use crate::tf_provider::value::{Type, Value};

pub(super) struct ServiceTraffic(Signature);

impl ServiceTraffic {
    pub(super) fn new() -> Self {
        let traffic = Type::object([
            ("protocol", Type::String),
            ("from_port", Type::Number),
            ("to_port", Type::Number),
        ]);
        Self(Signature {
            summary: "Returns the protocols and ports of a service of the catalog.",
            description: "A list of objects of `protocol`, `from_port` and `to_port`, as EC2 has them: \
                          for resources that don't know services, such as network ACLs or load \
                          balancers. The ports are null if the protocol has none.",
            parameters: vec![Parameter::new(
                "name",
                Type::String,
                "The name of a service of the built-in catalog.",
            )],
            variadic: None,
            returns: Type::list(traffic),
            deprecated: None,
        })
    }
}

impl Function for ServiceTraffic {
    fn name(&self) -> &'static str {
        "service"
    }

    fn signature(&self) -> &Signature {
        &self.0
    }

    fn call(&self, arguments: &[Value]) -> Result<Value, FunctionError> {
        let name = arguments::text(arguments, 0);
        let catalog = Catalog::built_in();
        let service = catalog
            .service_or_nearest(name)
            .map_err(|near| unknown(name, &near))?;
        Ok(Value::list(service.iter().map(|traffic| {
            let (protocol, from_port, to_port) = rule::traffic(traffic);
            Value::object([
                ("protocol", protocol),
                ("from_port", from_port),
                ("to_port", to_port),
            ])
        })))
    }
}

fn unknown(name: &str, near: &[String]) -> FunctionError {
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    let hint = if near.is_empty() {
        "The guide \"The catalog\" lists all services.".to_owned()
    } else {
        format!("Perhaps {} is meant", one_of(&near))
    };
    let hint = Catalog::built_in().trimmed_service(name).unwrap_or(hint);
    let text = format!("{name:?} is not a service of the catalog. {hint}");
    FunctionError::at(0, text)
}
