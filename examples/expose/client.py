"""Uses the inventory from Python: KINDLING_URL and KINDLING_TOKEN say where it is served."""

import kindling
from shop import Inventory

shop: Inventory = kindling.find("shop")
shop.add("plum", 0.25, count=8)
print("worth", shop.worth)
print("cheap", [(article.name, article.count) for article in shop.upTo(1.0)])
print("on sale", shop.onSale(0.5).worth)

own = Inventory("Ben")
own.add("kiwi", 0.75)
print(own.owner, own.worth, "and", shop.owner)
