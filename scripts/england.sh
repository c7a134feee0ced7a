#!/usr/bin/env bash
# England's footprints and the United Kingdom's postcodes, from a folder of official files, into the database
# of the instance: scripts/england.sh FOLDER
#
# Every step is one command and one transaction. Stopped in the middle, it can be run again: what is in
# already changes nothing. HUBFINDER names the command (hubfinder), HUBFINDER_DATABASE_URL the database.
set -euo pipefail

folder=${1:?give the folder of the files: scripts/england.sh FOLDER}
read -ra hubfinder <<< "${HUBFINDER:-hubfinder}"
lookup=$folder/england/lookup_england_lsoa21_msoa21_ward24_ltla24_sicbl24_icb24.csv.gz
bridge=(--bridge "$folder/england/lookup_england_lsoa11_lsoa21.csv.gz" --bridge-part lsoa11_code --bridge-code lsoa21_code)
ogl="Open Government Licence v3.0"
os="Contains OS data © Crown copyright and database right 2025."
ons="Source: Office for National Statistics licensed under the Open Government Licence v3.0."
mail="Contains Royal Mail data © Royal Mail copyright and database right 2025."
nhs="Contains information from NHS England licensed under the Open Government Licence v3.0."
dfe="Contains information from the Department for Education licensed under the Open Government Licence v3.0."
later=(--no-memberships)

step() {
	printf '== %s\n' "$1"
	shift
	"${hubfinder[@]}" "$@"
}

# made KIND: areas of that kind out of small areas, by the columns KIND24_code and KIND24_name of the lookup
made() {
	step "$1 by best fit" derive best-fit --lookup "$lookup" --footprint-kind "$1" --part-field lsoa21_code \
		--code-field "$2_code" --name-field "$2_name" "${bridge[@]}" --licence "$ogl" --attribution "$ons" "${later[@]}"
}

# catchments NAME: the real ones of Herefordshire
catchments() {
	step "$1 catchments of Herefordshire" import footprints "$folder/herefordshire/$1_catchments.geojson" \
		--footprint-kind "school_catchment_$1" --code-field urn --name-field source_name --basis traced \
		--source "Herefordshire Council, school catchment areas" --licence "Open Government Licence v2.0" \
		--method "As the council published them; some were traced from its maps on paper." "${later[@]}"
}

step "tables" init
step "postcodes" import postcodes "$folder/england/nspl_may2025_uk_postcode_lat_lon.csv.gz" --as-of 2025-05-31 \
	--source "ONS, National Statistics Postcode Lookup, May 2025" --licence "$ogl" --attribution "$os $mail $ons" \
	"${later[@]}"
step "small areas" import footprints "$folder/england/england_lsoa11_medium_resolution.geojson.gz" \
	--footprint-kind small_area --code-field lsoa11_code --name-field lsoa11_name --as-of 2011-03-27 \
	--source "ONS, LSOA 2011, medium resolution" --licence "$ogl" --attribution "$os $ons" "${later[@]}"
made msoa msoa21
made ward ward24
made local_authority ltla24
made icb icb24
step "networks by nearest practice" derive networks --by nearest-practice \
	--practices "$folder/england/england_epraccur_oct2025.csv.gz" \
	--networks "$folder/england/england_gp_practice_pcn_subicb_icb_map_oct2025.csv.gz" \
	--source "NHS England, practices and networks of October 2025; NSPL, May 2025" --as-of 2025-10-01 \
	--licence "$ogl" --attribution "$nhs $os $mail" "${later[@]}"
catchments primary
catchments secondary
# One row of these tables puts a school into two places: it is left out, and said.
step "schools" import schools "$folder/england/schools_england_performance_tables_2018_19_with_lat_lon.csv.gz" \
	--skip-bad-rows
step "nearest-school areas" derive schools --phase all \
	--source "Department for Education, performance tables of 2018 to 2019" --as-of 2019-08-31 \
	--licence "$ogl" --attribution "$dfe $os $mail" "${later[@]}"
step "who is in which footprint" memberships
